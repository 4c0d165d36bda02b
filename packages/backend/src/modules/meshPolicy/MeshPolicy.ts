import type { UserInfoService } from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  isPermission,
  isReadPermission,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  booksReadPermission,
  budgetUpdatePermission,
  gpuReadPermission,
  RESOURCE_TYPE_DEPARTMENT,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  createDepartmentConditionalDecision,
  departmentConditions,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** Everybody may ask the catalog to read an entity's source again; it changes nothing by itself. */
const CATALOG_REFRESH = 'catalog.entity.refresh';

/**
 * Who may do what in this portal.
 *
 * | who                   | department, keys, spend   | budgets | other reads | other changes |
 * | --------------------- | ------------------------- | ------- | ----------- | ------------- |
 * | platform engineer     | everywhere                | set     | yes         | yes           |
 * | anybody signed in     | own groups and below them | see     | yes         | no            |
 * | nobody signed in      | no                        | no      | no          | no            |
 *
 * A manager is a member of the group above their departments. The books are of the whole company: of those who may
 * not do everything, only the members of the groups of managers that the configuration names see them.
 */
export class MeshPolicy implements PermissionPolicy {
  readonly #userInfo: UserInfoService;
  readonly #platformGroup: string | undefined;
  readonly #managerGroups: readonly string[];

  /**
   * @param options - `platformGroup`: entity reference of the group that may do everything; `managerGroups`: of those
   *   whose members see the books
   */
  constructor(options: {
    userInfo: UserInfoService;
    platformGroup?: string;
    managerGroups?: readonly string[];
  }) {
    this.#userInfo = options.userInfo;
    this.#platformGroup =
      options.platformGroup && groupRef(options.platformGroup);
    this.#managerGroups = (options.managerGroups ?? []).map(groupRef);
  }

  async handle(
    request: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) return DENY;
    const groups = await this.#groupsOf(user);
    if (this.#platformGroup && groups.includes(this.#platformGroup)) {
      return ALLOW;
    }
    return this.#decideForMember(request.permission, groups);
  }

  #decideForMember(permission: Permission, groups: string[]): PolicyDecision {
    if (isPermission(permission, budgetUpdatePermission)) return DENY;
    // whole machines say what other departments had of them
    if (isPermission(permission, gpuReadPermission)) return DENY;
    if (isPermission(permission, booksReadPermission)) {
      return groups.some(ref => this.#managerGroups.includes(ref))
        ? ALLOW
        : DENY;
    }
    if (isResourcePermission(permission, RESOURCE_TYPE_DEPARTMENT)) {
      return createDepartmentConditionalDecision(
        permission,
        departmentConditions.isInDepartment({ departmentRefs: groups }),
      );
    }
    const isHarmless =
      isReadPermission(permission) || permission.name === CATALOG_REFRESH;
    return isHarmless ? ALLOW : DENY;
  }

  async #groupsOf(user: PolicyQueryUser): Promise<string[]> {
    const info = await this.#userInfo.getUserInfo(user.credentials);
    return info.ownershipEntityRefs.filter(
      ref => parseEntityRef(ref).kind === 'group',
    );
  }
}

function groupRef(text: string): string {
  return stringifyEntityRef(parseEntityRef(text, { defaultKind: 'group' }));
}

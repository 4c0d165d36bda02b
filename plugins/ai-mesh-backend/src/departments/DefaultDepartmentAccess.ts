import {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import { departmentResourceRef } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { DepartmentAccess } from './DepartmentAccess';
import { DepartmentService } from './DepartmentService';

/** {@link DepartmentAccess} by the permission framework: one decision, applied to every department. */
export class DefaultDepartmentAccess implements DepartmentAccess {
  readonly #departments: DepartmentService;
  readonly #permissions: PermissionsService;
  readonly #permissionsRegistry: PermissionsRegistryService;

  constructor(options: {
    departments: DepartmentService;
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
  }) {
    this.#departments = options.departments;
    this.#permissions = options.permissions;
    this.#permissionsRegistry = options.permissionsRegistry;
  }

  async allowedRefs(
    permission: ResourcePermission,
    options: { credentials: BackstageCredentials },
  ): Promise<string[]> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission }],
      options,
    );
    const isAllowed = createConditionAuthorizer(
      this.#permissionsRegistry.getPermissionRuleset(departmentResourceRef),
    );
    const tree = await this.#departments.tree();
    return tree
      .all()
      .map(each => each.ref)
      .filter(ref => isAllowed(decision, tree.toResource(ref)));
  }

  async require(
    permission: ResourcePermission,
    departmentRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<void> {
    const refs = await this.allowedRefs(permission, options);
    if (refs.includes(departmentRef)) return;
    throw new NotAllowedError(
      `You lack the permission ${permission.name} in department "${departmentRef}", or there is no such department`,
    );
  }
}

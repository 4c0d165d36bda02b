import { mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { departmentConditions } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

/** A decision: in these departments and below them. */
export function inDepartments(...departmentRefs: string[]): PolicyDecision {
  return {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: 'ai-mesh',
    resourceType: 'ai-mesh-department',
    conditions: departmentConditions.isInDepartment({ departmentRefs }),
  };
}

/** A permission service that decides by the name of the permission; what is not named is denied. */
export function fakePermissions(decisions: Record<string, PolicyDecision>) {
  const decide = (name: string): PolicyDecision =>
    decisions[name] ?? { result: AuthorizeResult.DENY };
  return mockServices.permissions.mock({
    authorizeConditional: async queries =>
      queries.map(each => decide(each.permission.name)),
    authorize: async queries =>
      queries.map(each => ({
        result:
          decide(each.permission.name).result === AuthorizeResult.ALLOW
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
      })),
  });
}

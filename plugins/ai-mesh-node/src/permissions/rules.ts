import {
  createPermissionResourceRef,
  createPermissionRule,
  createConditionExports,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_DEPARTMENT } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod/v3';

/** A department as permission rules see it. @public */
export interface DepartmentResource {
  ref: string;
  /** The department itself, then each one above it, up to the root. */
  path: string[];
}

/** What a rule asks of a department: to be one of these, or below one of these. @public */
export interface DepartmentFilter {
  underRefs: string[];
}

/** @public */
export const departmentResourceRef = createPermissionResourceRef<
  DepartmentResource,
  DepartmentFilter
>().with({ pluginId: 'ai-mesh', resourceType: RESOURCE_TYPE_DEPARTMENT });

/** Allows what belongs to one of the given departments, or to one below them. @public */
export const isInDepartment = createPermissionRule({
  name: 'IN_DEPARTMENT',
  description:
    'Allow what belongs to one of these departments, or to a department below them',
  resourceRef: departmentResourceRef,
  paramsSchema: z.object({
    departmentRefs: z
      .array(z.string())
      .describe('Entity references of groups, usually those of the user'),
  }),
  apply: (department, { departmentRefs }) =>
    matchesDepartment(department, { underRefs: departmentRefs }),
  toQuery: ({ departmentRefs }) => ({ underRefs: departmentRefs }),
});

/** Whether a department fits a filter. @public */
export function matchesDepartment(
  department: DepartmentResource,
  filter: DepartmentFilter,
): boolean {
  return department.path.some(ref => filter.underRefs.includes(ref));
}

/** @public */
export const departmentRules = { isInDepartment };

const departmentConditionExports = createConditionExports({
  resourceRef: departmentResourceRef,
  rules: departmentRules,
});

/** Conditions for permission policies. @public */
export const departmentConditions = departmentConditionExports.conditions;

/** Makes a conditional decision for a permission policy. @public */
export const createDepartmentConditionalDecision =
  departmentConditionExports.createConditionalDecision;

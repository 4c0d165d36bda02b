import {
  budgetNodeId,
  BudgetScope,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../departments/DepartmentTree';

/** What says which budgets a call counts against. */
export interface CallOrigin {
  /** The department and each one above it; nothing counts against anything when there is none. */
  departmentPath: readonly string[];
  costCentre?: string;
  /** Entity reference; absent or empty where there was none. */
  applicationRef?: string;
  /** Absent or empty where there was none. */
  keyId?: string;
  model?: string;
}

/**
 * The ids of all nodes whose budgets a call counts against, if they have any: of its key, its application, each of
 * its departments and its cost centre, and of each of them for its model alone.
 */
export function nodesOfCall(call: CallOrigin): string[] {
  if (call.departmentPath.length === 0) return [];
  const whole: string[] = [];
  if (call.keyId) whole.push(budgetNodeId({ level: 'key', ref: call.keyId }));
  if (call.applicationRef) whole.push(call.applicationRef);
  whole.push(...call.departmentPath);
  if (call.costCentre) {
    whole.push(budgetNodeId({ level: 'cost-centre', ref: call.costCentre }));
  }
  const { model } = call;
  return model ? whole.flatMap(id => [id, `${id}#${model}`]) : whole;
}

/** The same for what a lease is asked for; none for a department that is not in the tree. */
export function nodesOfScope(
  scope: BudgetScope,
  tree: DepartmentTree,
): string[] {
  return nodesOfCall({
    ...scope,
    departmentPath: tree.pathOf(scope.departmentRef),
    costCentre: tree.find(scope.departmentRef)?.costCentre,
  });
}

/** Whether the balance of a node is kept whether it has a budget or not: that of a department, for all its calls. */
export function isAlwaysKept(nodeId: string): boolean {
  return nodeId.startsWith('group:') && !nodeId.includes('#');
}

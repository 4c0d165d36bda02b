import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  BudgetSnapshotSource,
  SnapshotBudgets,
} from '../budgets/BudgetSnapshotSource';
import { DepartmentService } from '../departments/DepartmentService';
import { KeySnapshotSource } from '../keys/KeySnapshotSource';
import { ModelSnapshotSource } from '../models/ModelSnapshotSource';
import { TrafficConfig } from '../routing/trafficConfigSchema';
import { limitedApplications, policyOf } from '../routing/trafficPolicy';

/** Reads what a gateway needs to serve, in an order that is the same for the same content. */
export async function buildSnapshotContent(options: {
  keys: KeySnapshotSource;
  models: ModelSnapshotSource;
  departments: DepartmentService;
  budgets: Pick<BudgetSnapshotSource, 'forSnapshot'>;
  traffic: TrafficConfig;
}): Promise<Omit<SnapshotInput, 'version' | 'generatedAt'>> {
  const tree = await options.departments.tree();
  const [keys, models, budgets] = await Promise.all([
    options.keys.forSnapshot(),
    options.models.forSnapshot(),
    options.budgets.forSnapshot(tree),
  ]);
  const departments = tree.all().map(({ ref }) => ({
    ref,
    ...budgets.ofDepartment(ref),
    ...policyOf(ref, tree.pathOf(ref), options.traffic),
  }));
  return {
    keys: keys.map(key => ({ ...key, budget: budgets.ofKey(key.id) })),
    models,
    departments,
    applications: applicationsOf(options.traffic, budgets),
  };
}

/** Those that have limits and those that have budgets, ordered by reference. */
function applicationsOf(
  traffic: TrafficConfig,
  budgets: SnapshotBudgets,
): NonNullable<SnapshotInput['applications']> {
  const limits = new Map(
    limitedApplications(traffic).map(each => [each.ref, each.limits]),
  );
  const refs = new Set([...limits.keys(), ...budgets.applicationRefs]);
  return [...refs].sort().map(ref => ({
    ref,
    limits: limits.get(ref),
    budget: budgets.ofApplication(ref),
  }));
}

import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetStore } from '../budgets/BudgetStore';
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
  budgets: BudgetStore;
  traffic: TrafficConfig;
}): Promise<Omit<SnapshotInput, 'version' | 'generatedAt'>> {
  const [keys, models, tree, epochs] = await Promise.all([
    options.keys.forSnapshot(),
    options.models.forSnapshot(),
    options.departments.tree(),
    options.budgets.readEpochs(),
  ]);
  const departments = tree.all().map(({ ref }) => {
    const path = tree.pathOf(ref);
    return {
      ref,
      budgetEpoch: path.reduce((sum, each) => sum + (epochs.get(each) ?? 0), 0),
      ...policyOf(ref, path, options.traffic),
    };
  });
  const applications = limitedApplications(options.traffic);
  return { keys, models, departments, applications };
}

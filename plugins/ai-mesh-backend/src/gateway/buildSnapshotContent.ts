import { Snapshot } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetStore } from '../budgets/BudgetStore';
import { DepartmentService } from '../departments/DepartmentService';
import { KeySnapshotSource } from '../keys/KeySnapshotSource';
import { ModelSnapshotSource } from '../models/ModelSnapshotSource';

/** Reads what a gateway needs to serve, in an order that is the same for the same content. */
export async function buildSnapshotContent(options: {
  keys: KeySnapshotSource;
  models: ModelSnapshotSource;
  departments: DepartmentService;
  budgets: BudgetStore;
}): Promise<Omit<Snapshot, 'version' | 'generatedAt'>> {
  const [keys, models, tree, epochs] = await Promise.all([
    options.keys.forSnapshot(),
    options.models.forSnapshot(),
    options.departments.tree(),
    options.budgets.readEpochs(),
  ]);
  const departments = tree.all().map(({ ref }) => ({
    ref,
    budgetEpoch: tree
      .pathOf(ref)
      .reduce((sum, each) => sum + (epochs.get(each) ?? 0), 0),
  }));
  return { keys, models, departments };
}

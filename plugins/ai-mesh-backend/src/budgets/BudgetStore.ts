import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetLevel } from './LeaseStore';
import { Period } from './period';

/** Keeps the limits of departments. */
export interface BudgetStore {
  /** @param limit - undefined takes the limit away */
  setLimit(
    departmentRef: string,
    limit: PicoUsd | undefined,
    options: { by: string; at: Date },
  ): Promise<void>;

  /** Limits and balances, in the order of the references. */
  read(refs: readonly string[], period: Period): Promise<BudgetLevel[]>;

  /** How often the limit of a department was changed; departments without a change are missing. */
  readEpochs(): Promise<Map<string, number>>;
}

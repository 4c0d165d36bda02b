import { BudgetRule, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Period } from './BudgetCalendar';

/** A threshold that a budget passed, as it is kept. */
export interface StoredAlert {
  nodeId: string;
  period: Period;
  rule: BudgetRule;
  at: Date;
  spent: PicoUsd;
  /** Effective limit at that moment. */
  limit: PicoUsd;
  projected?: PicoUsd;
  /** Entity references of who is told. */
  toldRefs: readonly string[];
}

/** Keeps alerts: each rule of a budget raises one a month. */
export interface AlertStore {
  /** @returns those that were not raised before in their month */
  add(alerts: readonly StoredAlert[]): Promise<StoredAlert[]>;

  /** Alerts of these nodes, the latest first, with the number of all. */
  list(query: {
    nodeIds: readonly string[];
    offset: number;
    limit: number;
  }): Promise<{ alerts: StoredAlert[]; total: number }>;
}

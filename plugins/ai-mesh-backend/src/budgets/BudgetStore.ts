import {
  BudgetNode,
  BudgetRule,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Month, Period } from './BudgetCalendar';
import { BudgetRecord } from './budgetLevels';

/** What is changed in a budget; what is absent stays. */
export interface BudgetChanges {
  /** null takes the limit away. */
  limit?: PicoUsd | null;
  kind?: 'hard' | 'soft';
  carryOver?: 'none' | 'unused';
  rules?: readonly BudgetRule[];
}

/** Keeps what people chose for budgets. */
export interface BudgetStore {
  /**
   * Changes a budget from now on. The first change of a node that is not a department begins its balance, with what
   * was posted for it in this month.
   *
   * @param options.departmentRefs - of a department: itself and all below it
   */
  change(
    node: BudgetNode,
    changes: BudgetChanges,
    options: {
      by: string;
      at: Date;
      month: Month;
      departmentRefs: readonly string[];
    },
  ): Promise<void>;

  /**
   * Budgets and balances.
   *
   * @param nodeIds - in this order; all nodes that have ever had a budget when absent
   */
  read(options: {
    nodeIds?: readonly string[];
    period: Period;
    now: Date;
  }): Promise<BudgetRecord[]>;

  /** Works out what carries over into the month, where nobody has yet. */
  openMonth(month: Month, options: { now: Date }): Promise<void>;

  /** Writes down how the month will go on. */
  saveProjections(
    projections: readonly {
      nodeId: string;
      projection: NonNullable<BudgetRecord['projection']>;
    }[],
    options: { period: Period },
  ): Promise<void>;

  /** From now on months begin and end in this time zone, for everyone who books. */
  useTimeZone(timeZone: string): Promise<void>;
}

import {
  LedgerCheck,
  LedgerDifference,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DayNumber } from '../../ledger/posting';

/** What a check found. */
export interface CheckOutcome {
  startedAt: Date;
  finishedAt: Date;
  fromDay: DayNumber;
  toDay: DayNumber;
  /** How many days were compared. */
  days: number;
  differenceCount: number;
  differences: readonly LedgerDifference[];
}

/** What every department's balance of a month must be, if the tree did not change. */
export interface SettledSums {
  /** By department: the lines of its own, pico-USD. */
  ofLines: ReadonlyMap<string, bigint>;
  /** By department: what its balance says. */
  kept: ReadonlyMap<string, bigint>;
}

/** Compares what is kept with the lines it is made of, and remembers the outcome. */
export interface CheckStore {
  /** Compares both tables of roll-ups and the accounts on one day. */
  checkDay(
    day: DayNumber,
    options: { withCorrections: boolean },
  ): Promise<{ count: number; differences: LedgerDifference[] }>;

  /** The sums of one budget period, read at one moment. */
  settledSums(period: {
    name: string;
    from: number;
    to: number;
  }): Promise<SettledSums>;

  /** The time zone in which budgets are counted. */
  budgetTimeZone(): Promise<string>;

  add(outcome: CheckOutcome): Promise<void>;

  /** The newest first. */
  list(options: { limit: number }): Promise<LedgerCheck[]>;
}

import { MonthTotals, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Account } from '../../ledger/accounts';
import { MonthNumber } from '../monthNumber';

/** Sums of a month that are about the same: the lines of a statement. */
export interface MonthCell {
  departmentRef: string;
  costCentre?: string;
  applicationRef: string;
  model: string;
  provider: string;
  chargeClass: string;
  serviceTier: string;
  /** Whether it corrects a month that was closed before. */
  isCorrection: boolean;
  source: string;
  debit: Account;
  credit: Account;
  requests: bigint;
  quantity: bigint;
  cost: PicoUsd;
  estimated: PicoUsd;
  avoided: PicoUsd;
}

/** A month that was closed, without its statement. */
export interface ClosedMonth {
  month: MonthNumber;
  closedAt: Date;
  closedBy: string;
  digest: string;
  totals: MonthTotals;
}

/** A statement as it was written when its month was closed. */
export interface FrozenStatement {
  bytes: string;
  /** SHA-256, hex. */
  digest: string;
}

/** Reads months from the roll-ups, and freezes them. */
export interface MonthStore {
  /** The month of the first posting; undefined in an empty ledger. */
  firstMonth(): Promise<MonthNumber | undefined>;

  closedMonths(): Promise<ClosedMonth[]>;

  /** The totals of a month that is open. */
  totals(month: MonthNumber): Promise<MonthTotals>;

  /** The statement of a closed month. */
  statement(month: MonthNumber): Promise<FrozenStatement | undefined>;

  /**
   * Closes a month while nobody posts.
   *
   * @param write - makes the statement of its sums
   * @throws ConflictError when it is closed already, another one is to be closed before, or the roll-ups differ from
   *   the lines; then nothing is changed
   */
  close(options: {
    month: MonthNumber;
    by: string;
    at: Date;
    write: (cells: readonly MonthCell[]) => {
      statement: string;
      totals: MonthTotals;
    };
  }): Promise<void>;
}

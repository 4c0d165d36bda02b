import { ChargeClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LedgerLine } from '../../ledger/LedgerLine';
import { DayNumber } from '../../ledger/posting';
import { BackDatedChange } from '../../prices/PriceChangeListener';

/** A line as it stands in the ledger; whose budgets it counts against is looked up when it is corrected. */
export type StoredLine = Omit<
  LedgerLine,
  'departmentPath' | 'leaseId' | 'replicaId'
> & { chargeClass: ChargeClass };

/** A correction in progress, or done. */
export interface RepricingState {
  change: BackDatedChange;
  /** The first day that is not corrected yet. */
  nextDay: DayNumber;
  restated: bigint;
  startedAt: Date;
  finishedAt?: Date;
}

/** Which lines of a day were booked at prices that do not hold any more. */
export interface StaleQuery {
  day: DayNumber;
  priceVersionIds: readonly string[];
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** Request ids up to here were looked at. */
  after: string;
  /** How many requests at once. */
  limit: number;
}

/** Remembers corrections, and finds the lines for them. */
export interface RepricingStore {
  /** Remembers a change; one that is known already is left as it is. */
  add(
    change: BackDatedChange,
    options: { nextDay: DayNumber; at: Date },
  ): Promise<void>;

  /** Those that are not finished, in the order in which they came. */
  open(): Promise<RepricingState[]>;

  /** The newest first. */
  list(options: { limit: number }): Promise<RepricingState[]>;

  progress(
    id: string,
    progress: { nextDay: DayNumber; restated: bigint; finishedAt?: Date },
  ): Promise<void>;

  /** Lets those begin anew that were finished since a moment: usage may have come late, at the old price. */
  reopen(options: { finishedSince: Date }): Promise<void>;

  /** Ids of requests with a stale line, in order. */
  staleRequests(query: StaleQuery): Promise<string[]>;

  /** All lines of these requests on a day, revisions too, in the order of their keys. */
  linesOf(day: DayNumber, requestIds: readonly string[]): Promise<StoredLine[]>;
}

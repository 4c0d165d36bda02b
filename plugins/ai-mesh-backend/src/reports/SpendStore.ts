import {
  PicoUsd,
  SpendGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { RollupTable } from '../ledger/rollup';

/** Sums of usage. Input tokens include those read from a provider's cache. */
export interface SpendSums {
  requests: bigint;
  inputTokens: bigint;
  outputTokens: bigint;
  cost: PicoUsd;
  /** Of the cost: machines and adjustments. */
  other: PicoUsd;
  estimated: PicoUsd;
  avoided: PicoUsd;
}

/** What one group used in one bucket of time. */
export interface SpendCell extends SpendSums {
  /** Start of the hour or day, epoch milliseconds. */
  bucket: number;
  /** Entity reference, model name or key id. */
  group: string;
  hasDemoData: boolean;
}

/** Reads what was spent. */
export interface SpendStore {
  /**
   * Reads roll-ups, never ledger lines, so that the time it takes depends on the length of the report and
   * not on the number of calls.
   *
   * @param query - `from` (inclusive) and `to` (exclusive): epoch milliseconds, whole buckets
   * @returns cells ordered by bucket, then group
   */
  read(query: {
    table: RollupTable;
    from: number;
    to: number;
    departmentRefs: readonly string[];
    groupBy: SpendGroupBy;
  }): Promise<SpendCell[]>;

  /** Names of keys, by id; unknown ids are missing. */
  readKeyNames(ids: readonly string[]): Promise<Map<string, string>>;
}

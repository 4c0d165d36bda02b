import {
  GpuGroupBy,
  GpuTime,
  GpuWaiting,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The three ledgers of a group on a day. */
export interface GpuCostCell {
  /** Start of the UTC day, epoch milliseconds. */
  day: number;
  /**
   * Pool or VM size. For departments the kind of the account, a colon, and what it is of:
   * `expense:group:default/research`, `suspense:` with the Group that was reported, `clearing:gpu-unallocated`.
   */
  group: string;
  used: PicoUsd;
  /** Part of `used` that nobody measured. */
  unknown: PicoUsd;
  idle: PicoUsd;
  unallocated: PicoUsd;
  estimated: PicoUsd;
  gpuTime: GpuTime;
  hasDemoData: boolean;
}

/** Spot machines of a pool and size on a day. */
export interface SpotCell {
  day: number;
  pool: string;
  vmSize: string;
  seconds: bigint;
  spot: PicoUsd;
  onDemand: PicoUsd;
  /** Part of `spot` that has an on-demand price beside it. */
  compared: PicoUsd;
  evictions: bigint;
  reworkSeconds: bigint;
  rework: PicoUsd;
}

/** Which parts of machines a report is about. */
export interface GpuCostFilter {
  /** Epoch milliseconds, whole UTC days; `to` is exclusive. */
  from: number;
  to: number;
  pool?: string;
  /** Only what is charged to these departments; absent: whole machines. */
  departmentRefs?: readonly string[];
}

/** Reads what GPUs cost. */
export interface GpuCostStore {
  /** Ordered by day, then group. */
  readCosts(
    filter: GpuCostFilter & { groupBy: GpuGroupBy },
  ): Promise<GpuCostCell[]>;
  /** Pools with a part in the filter, by name. */
  readPools(filter: Omit<GpuCostFilter, 'pool'>): Promise<string[]>;
  readSpot(filter: Omit<GpuCostFilter, 'departmentRefs'>): Promise<SpotCell[]>;
  /** What waits for a price, of any time: it is in no sum until it is booked. */
  readWaiting(): Promise<GpuWaiting[]>;
}

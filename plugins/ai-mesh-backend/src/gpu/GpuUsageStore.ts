import {
  GpuUsageRecord,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { UsageSource } from '../ledger/LedgerLine';
import {
  MachineHourCost,
  MachineHourKey,
  PricedMachineHour,
  WaitingMachineHour,
} from './MachineHour';

/**
 * What became of a record. `overlap`: another record of the machine covers part of its time. `conflict`: the same
 * machine and start were reported with other content.
 */
export type GpuRecordOutcome = 'new' | 'repeated' | 'overlap' | 'conflict';

/**
 * Keeps recorded usage and what it cost. A machine-hour goes through these states:
 *
 * - `waiting` since it was recorded, until a price for it is known;
 * - `priced` once its cost is worked out, which then never changes; not yet in the ledger;
 * - `booked` once the ledger has it;
 * - `restating` while a price that reaches back is brought into the ledger; then `booked` again.
 *
 * A process that ends between two of them leaves nothing half done: whoever comes next goes on from there.
 */
export interface GpuUsageStore {
  /** Records each machine-hour at most once, and none whose minutes are recorded already. */
  add(
    records: readonly GpuUsageRecord[],
    origin: { source: UsageSource; reporterId: string; receivedAt: Date },
  ): Promise<GpuRecordOutcome[]>;

  /** A page of machine-hours without a price, ordered by their key. */
  waiting(after: MachineHourKey | undefined): Promise<WaitingMachineHour[]>;

  /**
   * Fixes the cost of machine-hours that wait; of two that do so at once the first one holds.
   *
   * @returns how many it was fixed for
   */
  price(
    hours: readonly (WaitingMachineHour & { cost: MachineHourCost })[],
  ): Promise<number>;

  /** Machine-hours that are priced and not booked; a page of them. */
  priced(): Promise<PricedMachineHour[]>;

  /** How many of these are not in the ledger yet. */
  countOpen(keys: readonly MachineHourKey[]): Promise<number>;

  markBooked(keys: readonly MachineHourKey[], at: Date): Promise<void>;

  /** A page of spot machine-hours that no on-demand price stands beside, ordered by their key. */
  uncompared(after: MachineHourKey | undefined): Promise<GpuUsageRecord[]>;

  /** Adds what a spot machine-hour had cost on demand, where nothing stands yet. */
  compare(
    figures: readonly { key: MachineHourKey; onDemand: PicoUsd }[],
  ): Promise<void>;
}

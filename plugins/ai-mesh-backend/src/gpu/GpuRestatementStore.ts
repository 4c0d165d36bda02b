import {
  GpuUsageRecord,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { MachineHourKey, MachinePart, PricedMachineHour } from './MachineHour';

/** Machines of one kind in a stretch of time. */
export interface MachineHourFilter {
  provider: string;
  vmSize: string;
  priority: GpuUsageRecord['priority'];
  /** Absent: in every region. */
  region?: string;
  /** Epoch milliseconds, inclusive. */
  from: number;
  /** Epoch milliseconds, exclusive. */
  to: number;
}

/** A machine-hour that is in the ledger, with the price that it was booked at. */
export interface BookedMachineHour {
  record: GpuUsageRecord;
  priceVersionId: string;
}

/** What a machine-hour costs by another price. */
export interface NextCost {
  priceVersionId: string;
  billed: PicoUsd;
  /** What evictions cost at it. */
  rework: PicoUsd;
}

/** A machine-hour on its way from one price to another. */
export interface RestatingMachineHour {
  /** As it is booked. */
  hour: PricedMachineHour;
  record: GpuUsageRecord;
  /** How often it was restated before. */
  revision: number;
  next: NextCost;
}

/** Keeps what is restated. First the new cost is fixed, then the ledger is corrected, then it holds: so a process may end anywhere. */
export interface GpuRestatementStore {
  /** A page, ordered by key. */
  booked(
    filter: MachineHourFilter,
    after: MachineHourKey | undefined,
  ): Promise<BookedMachineHour[]>;

  /** Fixes the new cost of booked machine-hours; of two that do so at once the first one holds. */
  plan(
    costs: readonly { key: MachineHourKey; next: NextCost }[],
  ): Promise<void>;

  /** A page of those whose new cost is fixed. */
  restating(): Promise<RestatingMachineHour[]>;

  /** Makes the new cost the one that holds; has no effect where it does already. */
  finish(
    hours: readonly (RestatingMachineHour & {
      parts: readonly MachinePart[];
    })[],
  ): Promise<void>;

  /** Forgets what spot machine-hours had cost on demand, so that they are compared anew. */
  forgetOnDemand(filter: Omit<MachineHourFilter, 'priority'>): Promise<void>;
}

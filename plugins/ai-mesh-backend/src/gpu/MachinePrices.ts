import { GpuUsageRecord, Rate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What a machine is rented as. */
export type MachineKind = Pick<
  GpuUsageRecord,
  'provider' | 'vmSize' | 'region' | 'priority'
>;

/** What an hour of a machine costs, pinned by the version of its price. */
export interface MachinePrice {
  priceVersionId: string;
  /** Atto-USD for an hour. */
  rate: Rate;
}

/**
 * The price that was valid at a moment.
 *
 * @returns undefined when none is known; never to be taken as zero
 */
export type MachinePriceAt = (at: Date) => MachinePrice | undefined;

/** Prices of machines by the hour. */
export interface MachinePrices {
  /** Every price of a kind of machine, so that hundreds of its hours are priced with one look into the book. */
  pricesOf(machine: MachineKind): Promise<MachinePriceAt>;
}

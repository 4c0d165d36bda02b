import { LoggerService } from '@backstage/backend-plugin-api';
import {
  BackDatedChange,
  PriceChangeListener,
} from '../prices/PriceChangeListener';
import { compareSpot } from './compareSpot';
import { GpuBooking, LedgerPoster } from './GpuBooking';
import {
  BookedMachineHour,
  GpuRestatementStore,
  MachineHourFilter,
  NextCost,
} from './GpuRestatementStore';
import { MachineHourKey } from './MachineHour';
import { MachinePriceAt, MachinePrices } from './MachinePrices';
import { machineOfPriceKey } from './PriceBookMachinePrices';
import { partsAtNextCost, restatementLines } from './restateMachineHour';
import { costOfMachineTime, secondsOf } from './splitMachineHour';

/** Brings machine-hours that are booked to a price that reaches back: each by a reversal and a restatement. */
export class GpuRestating implements PriceChangeListener {
  readonly #store: GpuRestatementStore;
  readonly #prices: MachinePrices;
  readonly #booking: Pick<GpuBooking, 'sweep'>;
  readonly #ledger: LedgerPoster;
  readonly #logger: LoggerService;

  constructor(options: {
    store: GpuRestatementStore;
    prices: MachinePrices;
    booking: Pick<GpuBooking, 'sweep'>;
    ledger: LedgerPoster;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#prices = options.prices;
    this.#booking = options.booking;
    this.#ledger = options.ledger;
    this.#logger = options.logger;
  }

  /** Does nothing for prices of calls. May be told the same change again: what holds already is left alone. */
  async onBackDated(change: BackDatedChange): Promise<void> {
    const machine = machineOfPriceKey(change.priceKey);
    if (!machine) return;
    const filter: MachineHourFilter = {
      ...machine,
      region: change.region || undefined,
      from: Date.parse(change.from),
      to: Date.parse(change.to),
    };
    if (machine.priority === 'on-demand') {
      await this.#store.forgetOnDemand(filter);
    }
    await this.#booking.sweep(); // books what waited for this price, and compares spot with it
    await this.#plan(filter);
    await this.finish();
  }

  /** Brings into the ledger what was planned, also by a process that has ended since. */
  async finish(): Promise<void> {
    for (;;) {
      const hours = await this.#store.restating();
      if (hours.length === 0) return;
      const withParts = hours.map(hour => ({
        ...hour,
        parts: partsAtNextCost(hour),
      }));
      await this.#ledger.post(
        withParts.flatMap(hour => restatementLines(hour, hour.parts)),
      );
      await this.#store.finish(withParts);
      this.#logger.info(
        `Restated ${hours.length} machine-hours at a price that reaches back`,
      );
    }
  }

  async #plan(filter: MachineHourFilter): Promise<void> {
    const pricesByRegion = new Map<string, MachinePriceAt>();
    let after: MachineHourKey | undefined;
    for (;;) {
      const page = await this.#store.booked(filter, after);
      if (page.length === 0) return;
      const costs: { key: MachineHourKey; next: NextCost }[] = [];
      for (const hour of page) {
        const { region } = hour.record;
        let priceAt = pricesByRegion.get(region);
        if (!priceAt) {
          priceAt = await this.#prices.pricesOf(hour.record);
          pricesByRegion.set(region, priceAt);
        }
        const next = nextCostOf(hour, priceAt);
        if (next) costs.push({ key: hour.record, next });
      }
      await this.#store.plan(costs);
      after = page[page.length - 1].record;
    }
  }
}

/** @returns undefined where the price that holds now is the one that was booked, or none is known */
function nextCostOf(
  { record, priceVersionId }: BookedMachineHour,
  priceAt: MachinePriceAt,
): NextCost | undefined {
  const price = priceAt(new Date(record.from));
  if (!price || price.priceVersionId === priceVersionId) return undefined;
  const { rate } = price;
  return {
    priceVersionId: price.priceVersionId,
    billed: costOfMachineTime(rate, secondsOf(record)),
    rework: compareSpot(record, { spot: rate }).rework, // no evictions, no rework
  };
}

import { LoggerService } from '@backstage/backend-plugin-api';
import { GpuUsageRecord, Rate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';
import { LedgerLine } from '../ledger/LedgerLine';
import { GpuUsageStore } from './GpuUsageStore';
import { machineHourLines } from './machineHourLines';
import {
  MachineHourCost,
  MachineHourKey,
  WaitingMachineHour,
} from './MachineHour';
import {
  MachineKind,
  MachinePrice,
  MachinePriceAt,
  MachinePrices,
} from './MachinePrices';
import { priceMachineHour } from './priceMachineHour';
import { costOfMachineTime, secondsOf } from './splitMachineHour';

/** Takes postings; each at most once. */
export interface LedgerPoster {
  post(lines: readonly LedgerLine[]): Promise<unknown>;
}

/** Brings recorded machine-hours into the ledger, as soon as there is a price for them. */
export class GpuBooking {
  readonly #store: GpuUsageStore;
  readonly #prices: MachinePrices;
  readonly #departments: DepartmentService;
  readonly #ledger: LedgerPoster;
  readonly #unallocatedTo: string | undefined;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  #lastWithoutPrice = 0;

  constructor(options: {
    store: GpuUsageStore;
    prices: MachinePrices;
    departments: DepartmentService;
    ledger: LedgerPoster;
    unallocatedTo?: string;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#prices = options.prices;
    this.#departments = options.departments;
    this.#ledger = options.ledger;
    this.#unallocatedTo = options.unallocatedTo;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /** Books machine-hours that were just recorded, as far as there are prices for them. */
  async book(hours: readonly WaitingMachineHour[]): Promise<void> {
    await this.#price(hours, rememberPrices(this.#prices));
    await this.#bookPriced();
  }

  /**
   * Books everything that is still open, from the start: a price may have become known, a process may have ended
   * half way. May run on several replicas at once, may stop anywhere, may run again: nothing is booked twice.
   */
  async sweep(): Promise<void> {
    const priceOf = rememberPrices(this.#prices);
    let withoutPrice = 0;
    for await (const page of pagesOf(after => this.#store.waiting(after))) {
      withoutPrice += await this.#price(page, priceOf);
    }
    this.#warnOf(withoutPrice);
    await this.#bookPriced();
    await this.#compareSpot(priceOf);
  }

  /** @returns for how many there is no price */
  async #price(
    hours: readonly WaitingMachineHour[],
    priceOf: PriceOf,
  ): Promise<number> {
    if (hours.length === 0) return 0;
    const tree = await this.#departments.tree();
    const priced: (WaitingMachineHour & { cost: MachineHourCost })[] = [];
    for (const hour of hours) {
      const cost = await this.#costOf(hour, { tree, priceOf });
      if (cost) priced.push({ ...hour, cost });
    }
    await this.#store.price(priced);
    return hours.length - priced.length;
  }

  async #costOf(
    { record }: WaitingMachineHour,
    options: { tree: DepartmentTree; priceOf: PriceOf },
  ): Promise<MachineHourCost | undefined> {
    const { tree, priceOf } = options;
    const price = await priceOf(record);
    if (!price) return undefined;
    return priceMachineHour(record, {
      price,
      onDemandRate: await onDemandRateOf(record, priceOf),
      tree,
      unallocatedTo: this.#unallocatedTo,
    });
  }

  async #bookPriced(): Promise<void> {
    for (;;) {
      const hours = await this.#store.priced();
      if (hours.length === 0) return;
      await this.#ledger.post(hours.flatMap(machineHourLines));
      await this.#store.markBooked(hours, this.#now());
    }
  }

  /** An on-demand price may become known after the spot price: the comparison is made up for. */
  async #compareSpot(priceOf: PriceOf): Promise<void> {
    for await (const page of pagesOf(after => this.#store.uncompared(after))) {
      const figures: Parameters<GpuUsageStore['compare']>[0][number][] = [];
      for (const record of page) {
        const rate = await onDemandRateOf(record, priceOf);
        if (rate === undefined) continue;
        const onDemand = costOfMachineTime(rate, secondsOf(record));
        figures.push({ key: record, onDemand });
      }
      await this.#store.compare(figures);
    }
  }

  /** Once for each number: a price that is missing for a week must not fill the log. */
  #warnOf(withoutPrice: number): void {
    if (withoutPrice > 0 && withoutPrice !== this.#lastWithoutPrice) {
      this.#logger.warn(
        `${withoutPrice} recorded machine-hours wait for a price; the page "GPU cost" names the VM sizes`,
      );
    }
    this.#lastWithoutPrice = withoutPrice;
  }
}

/** The price of a machine when its record begins; undefined when none is known. */
type PriceOf = (
  machine: MachineKind & Pick<MachineHourKey, 'from'>,
) => Promise<MachinePrice | undefined>;

/** @returns undefined for a machine that is not spot, and where no such price is known */
async function onDemandRateOf(
  record: GpuUsageRecord,
  priceOf: PriceOf,
): Promise<Rate | undefined> {
  if (record.priority !== 'spot') return undefined;
  return (await priceOf({ ...record, priority: 'on-demand' }))?.rate;
}

/** Looks once into the book for each kind of machine: a delivery has hundreds of machines of a few sizes. */
function rememberPrices(prices: MachinePrices): PriceOf {
  const known = new Map<string, MachinePriceAt>();
  return async machine => {
    const { provider, vmSize, region, priority } = machine;
    const kind = [provider, vmSize, region, priority].join(' ');
    let priceAt = known.get(kind);
    if (!priceAt) known.set(kind, (priceAt = await prices.pricesOf(machine)));
    return priceAt(new Date(machine.from));
  };
}

/** Goes through everything once, however much of it stays as it is. */
async function* pagesOf<T extends MachineHourKey | { record: MachineHourKey }>(
  read: (after: MachineHourKey | undefined) => Promise<T[]>,
): AsyncGenerator<T[]> {
  let after: MachineHourKey | undefined;
  for (;;) {
    const page = await read(after);
    if (page.length === 0) return;
    yield page;
    const last = page[page.length - 1];
    after = 'record' in last ? last.record : last;
  }
}

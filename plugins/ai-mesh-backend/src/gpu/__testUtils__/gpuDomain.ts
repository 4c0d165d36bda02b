import { mockServices } from '@backstage/backend-test-utils';
import { parseRate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { organisationService } from '../../__testUtils__/organisation';
import { DatabaseQuarantineStore } from '../../gateway/QuarantineStore';
import { LedgerLine, lineKeyOf } from '../../ledger/LedgerLine';
import { DatabaseGpuCostStore } from '../DatabaseGpuCostStore';
import { DatabaseGpuUsageStore } from '../DatabaseGpuUsageStore';
import { GpuBooking } from '../GpuBooking';
import { GpuCostService } from '../GpuCostService';
import { GpuUsageIntake } from '../GpuUsageIntake';
import { MachinePrices } from '../MachinePrices';
import { priceKeyOf } from '../PriceBookMachinePrices';

/** A ledger in memory that takes each line once. */
export class FakeLedger {
  readonly lines = new Map<string, LedgerLine>();
  /** While it is set, nothing can be posted. */
  failure?: Error;

  async post(lines: readonly LedgerLine[]): Promise<void> {
    if (this.failure) throw this.failure;
    for (const line of lines) {
      const key = lineKeyOf(line);
      if (!this.lines.has(key)) this.lines.set(key, line);
    }
  }

  /** Of every account that was posted to, pico-USD. */
  balances(): Record<string, bigint> {
    const balances: Record<string, bigint> = {};
    for (const { debit, credit, cost } of this.lines.values()) {
      const [to, from] = [debit, credit].map(
        ({ kind, owner }) => `${kind}:${owner}`,
      );
      balances[to] = (balances[to] ?? 0n) + cost;
      balances[from] = (balances[from] ?? 0n) - cost;
    }
    return balances;
  }
}

/** Prices by key, USD an hour, the same at any time. */
export function fixedPrices(usdPerHour: Record<string, string>): MachinePrices {
  return {
    async pricesOf(machine) {
      const key = priceKeyOf(machine);
      const usd = usdPerHour[key];
      return () =>
        usd === undefined
          ? undefined
          : { priceVersionId: `v-${key}`, rate: parseRate(usd, '2000') };
    },
  };
}

/** The services around a database, with prices that a test may change. */
export function createGpuServices(options: {
  database: Knex;
  usdPerHour: Record<string, string>;
  unallocatedTo?: string;
  now?: () => Date;
  ledger?: FakeLedger;
}) {
  const { database, ledger = new FakeLedger() } = options;
  const shared = {
    departments: organisationService,
    logger: mockServices.logger.mock(),
    now: options.now ?? (() => new Date('2026-12-01T00:00:00Z')),
    ledger,
  };
  const store = new DatabaseGpuUsageStore({ database });
  const booking = new GpuBooking({
    ...shared,
    store,
    prices: fixedPrices(options.usdPerHour),
    unallocatedTo: options.unallocatedTo,
  });
  const intake = new GpuUsageIntake({
    ...shared,
    store,
    booking,
    quarantine: new DatabaseQuarantineStore({ database }),
  });
  const costs = new GpuCostService({
    ...shared,
    store: new DatabaseGpuCostStore({ database }),
  });
  return { ...shared, store, booking, intake, costs };
}

/** Empties the tables of GPU usage. */
export async function clearGpu(database: Knex): Promise<void> {
  for (const table of [
    'gpu_parts',
    'gpu_machine_hours',
    'gpu_machines',
    'usage_quarantine',
  ]) {
    await database(table).delete();
  }
}

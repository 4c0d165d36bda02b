import { mockServices } from '@backstage/backend-test-utils';
import {
  gpuCostQuerySchema,
  GpuUsageRecord,
  parseUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { DatabasePriceStore } from '../prices/DatabasePriceStore';
import { PriceService } from '../prices/PriceService';
import {
  COMMERCE,
  RESEARCH,
  organisationService,
} from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { createGpuDomain } from './createGpuDomain';
import { DatabaseGpuCostStore } from './DatabaseGpuCostStore';
import { DatabaseGpuRestatementStore } from './DatabaseGpuRestatementStore';
import { GpuCostService } from './GpuCostService';
import { clearGpu } from './__testUtils__/gpuDomain';
import {
  gpuAllocation,
  gpuRecord,
  TEN_O_CLOCK,
} from './__testUtils__/gpuRecords';
import { PriceBookMachinePrices } from './PriceBookMachinePrices';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const HOUR_MS = 3_600_000;
const KEY = 'azure-vm/Standard_ND96isr_H100_v5';
const JANUARY = '2026-01-01T00:00:00.000Z';

// With the ledger and the price book as they are, not as tests would like them.
describe.each(databases.eachSupportedId())('GPU cost in the books, %p', id => {
  let database: Knex;
  let sequence = 0;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearGpu(database);
    sequence += 1;
  });

  async function setup() {
    const now = () => new Date('2026-11-22T12:00:00Z');
    const logger = mockServices.logger.mock();
    const prices = new PriceService({
      store: new DatabasePriceStore(database),
      changes: new ChangeSignal(),
      logger,
      now,
    });
    const store = new DatabaseLedgerStore({ database, now });
    const shared = {
      database,
      departments: organisationService,
      logger,
      now,
    };
    const domain = await createGpuDomain({
      ...shared,
      access: {
        allowedRefs: async () => [],
        require: async () => {},
      },
      ledger: { post: lines => store.book(lines) },
      machinePrices: new PriceBookMachinePrices(prices),
      unallocatedTo: COMMERCE,
      auditor: mockServices.auditor.mock(),
      httpAuth: mockServices.httpAuth(),
      permissions: mockServices.permissions.mock(),
      scheduler: mockServices.scheduler.mock(),
    });
    prices.addListener(domain.gpuRestating);
    const costs = new GpuCostService({
      ...shared,
      store: new DatabaseGpuCostStore({ database }),
    });
    // a machine of its own for each test: what is in the ledger stays there
    const machineId = `vm-${sequence}`;
    return {
      take: (changes: Partial<GpuUsageRecord> = {}) =>
        domain.gpuUsage.take({
          reporterId: 'fleet',
          records: [
            gpuRecord({
              machineId,
              allocations: [gpuAllocation({ gpus: '6' })],
              ...changes,
            }),
          ],
        }),
      offer: (
        usd: string,
        options: { key?: string; validFrom?: string; region?: string } = {},
      ) =>
        prices.import([
          {
            priceKey: options.key ?? KEY,
            region: options.region ?? '',
            serviceTier: 'standard',
            rates: { 'machine-time': usd },
            longContext: [],
            source: 'test',
            sourceId: 'test',
            validFrom: options.validFrom ?? JANUARY,
          },
        ]),
      balances: () => readBalances(database, machineId),
      report: () =>
        costs.report(
          gpuCostQuerySchema.parse({
            from: '2026-11-01T00:00:00Z',
            to: '2026-12-01T00:00:00Z',
          }),
          { departmentRefs: [], seesMachines: true },
        ),
      domain,
    };
  }

  it('books, and restates to the pico-dollar when a price reaches back', async () => {
    const { take, offer, balances, report } = await setup();
    await offer('98.32', { region: 'westeurope' });
    await expect(take()).resolves.toMatchObject({ booked: 1 });
    await expect(balances()).resolves.toEqual({
      'payable:azure': -parseUsd('98.32'),
      'clearing:gpu': 0n,
      [`expense:${RESEARCH}`]: parseUsd('73.74'),
      [`expense:${COMMERCE}`]: parseUsd('24.58'),
    });
    const from = new Date(TEN_O_CLOCK).toISOString();
    await offer('80.01', { region: 'westeurope', validFrom: from });
    const restated = {
      'payable:azure': -parseUsd('80.01'),
      'clearing:gpu': 0n,
      [`expense:${RESEARCH}`]: parseUsd('60.0075'),
      [`expense:${COMMERCE}`]: parseUsd('20.0025'),
    };
    await expect(balances()).resolves.toEqual(restated);
    const { total } = await report();
    expect(total.billedPicoUsd).toBe(parseUsd('80.01'));
    expect(total.unallocatedPicoUsd).toBe(parseUsd('20.0025'));
    await expect(take()).resolves.toMatchObject({ repeated: 1 });
    await expect(balances()).resolves.toEqual(restated);

    await offer('90', { region: 'westeurope', validFrom: from });
    expect((await balances())['payable:azure']).toBe(-parseUsd('90'));
    expect((await report()).total.billedPicoUsd).toBe(parseUsd('90'));
  });

  it('takes the price of the hour and the region, and leaves other hours alone', async () => {
    const { take, offer, balances } = await setup();
    await offer('60', { region: 'northeurope' });
    await offer('70', {
      region: 'northeurope',
      validFrom: new Date(TEN_O_CLOCK + HOUR_MS).toISOString(),
    });
    await take({ region: 'northeurope' });
    await take({
      region: 'northeurope',
      from: TEN_O_CLOCK + HOUR_MS,
      to: TEN_O_CLOCK + 2 * HOUR_MS,
    });
    expect((await balances())['payable:azure']).toBe(-parseUsd('130'));
    await offer('75', {
      region: 'northeurope',
      validFrom: new Date(TEN_O_CLOCK + HOUR_MS).toISOString(),
    });
    expect((await balances())['payable:azure']).toBe(-parseUsd('135'));
  });

  it('books what waited, and compares spot anew, when a price for the past is recorded', async () => {
    const { take, offer, balances, report } = await setup();
    const where = { region: 'uksouth' };
    await offer('30', { ...where, key: `${KEY}/spot` });
    await expect(take({ ...where, priority: 'spot' })).resolves.toMatchObject({
      booked: 1,
    });
    await expect(
      take({
        ...where,
        from: TEN_O_CLOCK + HOUR_MS,
        to: TEN_O_CLOCK + 2 * HOUR_MS,
        vmSize: 'Standard_New',
      }),
    ).resolves.toMatchObject({ waiting: 1 });
    await offer('80', where);
    const before = await report();
    await offer('50', where);
    await offer('7', { ...where, key: 'azure-vm/Standard_New' });
    const { waiting, spot } = await report();
    expect(before.waiting).toHaveLength(1);
    expect(waiting).toEqual([]);
    expect(spot).toEqual([
      expect.objectContaining({
        onDemandPicoUsd: parseUsd('50'),
        netSavingPicoUsd: parseUsd('20'),
      }),
    ]);
    expect((await balances())['payable:azure']).toBe(-parseUsd('37'));
  });

  it('restates once, also when the process ends between ledger and table', async () => {
    const { take, offer, balances, domain, report } = await setup();
    const where = { region: 'francecentral' };
    await offer('40', where);
    await take(where);
    const finish = jest
      .spyOn(DatabaseGpuRestatementStore.prototype, 'finish')
      .mockRejectedValueOnce(new Error('killed'));
    await offer('44', where);
    finish.mockRestore();
    expect((await balances())['payable:azure']).toBe(-parseUsd('44'));
    expect((await report()).total.billedPicoUsd).toBe(parseUsd('40'));
    await Promise.all([
      domain.gpuRestating.finish(),
      domain.gpuRestating.finish(),
    ]);
    expect((await balances())['payable:azure']).toBe(-parseUsd('44'));
    expect((await report()).total.billedPicoUsd).toBe(parseUsd('44'));
  });
});

/** What the lines of a machine moved, by account, pico-USD. */
async function readBalances(
  database: Knex,
  machineId: string,
): Promise<Record<string, bigint>> {
  const rows = await database('ledger_entries')
    .where('request_id', 'like', `gpu/${machineId}/%`)
    .select(
      'debit_kind',
      'debit_owner',
      'credit_kind',
      'credit_owner',
      database.raw('cast(cost_pico as text) as cost_pico'),
    );
  const balances: Record<string, bigint> = {};
  for (const row of rows) {
    const cost = BigInt(row.cost_pico);
    const to = `${row.debit_kind}:${row.debit_owner}`;
    const from = `${row.credit_kind}:${row.credit_owner}`;
    balances[to] = (balances[to] ?? 0n) + cost;
    balances[from] = (balances[from] ?? 0n) - cost;
  }
  return balances;
}

import { mockServices } from '@backstage/backend-test-utils';
import {
  FocusVersion,
  gpuCostQuerySchema,
  GpuUsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import {
  COMMERCE,
  CUSTOMER_CARE,
  organisationService,
  RESEARCH,
} from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { clearGpu } from '../gpu/__testUtils__/gpuDomain';
import { gpuAllocation, gpuRecord } from '../gpu/__testUtils__/gpuRecords';
import { createGpuDomain } from '../gpu/createGpuDomain';
import { DatabaseGpuCostStore } from '../gpu/DatabaseGpuCostStore';
import { GpuCostService } from '../gpu/GpuCostService';
import { PriceBookMachinePrices } from '../gpu/PriceBookMachinePrices';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { DatabasePriceStore } from '../prices/DatabasePriceStore';
import { PriceService } from '../prices/PriceService';
import { exportCharges, readExport } from './__testUtils__/focusFiles';
import { closeMonth } from './__testUtils__/focusLedger';
import {
  expectMachines,
  expectOrigins,
  methodsOf,
  rowOf,
  sumBy,
  sumOf,
  sumsOf,
  sumsOfPage,
} from './__testUtils__/gpuSums';
import { DatabaseFocusSource } from './DatabaseFocusSource';
import { FocusCharge } from './FocusCharge';
import { decimalOfUsd } from './focusDecimal';
import { checkFocus } from './rules/checkFocus';
import { FileRow } from './rules/FocusRule';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const VERSIONS: FocusVersion[] = ['1.2', '1.3', '1.4'];
const KEY = 'azure-vm/Standard_ND96isr_H100_v5';
const HOUR_MS = 3_600_000;
const LAB = 'component:default/lab';
const DISSOLVED = 'group:default/dissolved';

/** An hour of a machine that four share in every way there is, an hour in which only one has anything. */
function sharedHours(from: number): GpuUsageRecord[] {
  const slice = { gpus: '1/3', method: 'time-slice' } as const;
  return [
    gpuRecord({
      machineId: 'shared',
      from,
      to: from + HOUR_MS,
      allocations: [
        gpuAllocation({
          departmentRef: CUSTOMER_CARE,
          gpus: '2',
          activeShare: '0.75',
        }),
        gpuAllocation({
          applicationRef: LAB,
          gpus: '3/7',
          method: 'mig',
          activeShare: '0.8125',
        }),
        gpuAllocation({
          ...slice,
          applicationRef: LAB,
          seconds: 3_001,
          activeShare: undefined, // nobody measured
        }),
        gpuAllocation({ ...slice, departmentRef: DISSOLVED }),
      ],
    }),
    gpuRecord({
      machineId: 'shared',
      from: from + HOUR_MS,
      to: from + 2 * HOUR_MS,
      allocations: [gpuAllocation({ applicationRef: LAB, gpus: '8' })],
    }),
  ];
}

/** A spot machine of the same pool that is taken away after half an hour. */
function evicted(from: number): GpuUsageRecord {
  const to = from + HOUR_MS / 2;
  return gpuRecord({
    machineId: 'spot',
    priority: 'spot',
    from,
    to,
    allocations: [
      gpuAllocation({ departmentRef: COMMERCE, gpus: '4', seconds: 1_799 }),
    ],
    evictions: [{ at: to, lostWorkSeconds: 600, restartSeconds: 240 }],
  });
}

const NOVEMBER_20 = Date.UTC(2026, 10, 20, 10);
const NOVEMBER_21 = Date.UTC(2026, 10, 21, 22);

describe.each(databases.eachSupportedId())('GPU cost in FOCUS, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearGpu(database);
    await clearBooks(database);
    for (const table of ['price_proposals', 'price_rates', 'price_versions']) {
      await database(table).delete();
    }
  });

  async function setup(options: { unallocatedTo?: string } = {}) {
    const clock = { now: new Date('2026-11-22T12:00:00Z') };
    const now = () => clock.now;
    const logger = mockServices.logger.mock();
    const prices = new PriceService({
      store: new DatabasePriceStore(database),
      changes: new ChangeSignal(),
      logger,
      now,
    });
    const store = new DatabaseLedgerStore({ database, now });
    const shared = { database, departments: organisationService, logger, now };
    const domain = await createGpuDomain({
      ...shared,
      ...options,
      access: { allowedRefs: async () => [], require: async () => {} },
      ledger: { post: lines => store.book(lines) },
      machinePrices: new PriceBookMachinePrices(prices),
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
    const offer = (key: string, usd: string, validFrom = '2026-01-01') =>
      prices.import([
        {
          priceKey: key,
          region: '',
          serviceTier: 'standard',
          rates: { 'machine-time': usd },
          longContext: [],
          source: 'test',
          sourceId: 'test',
          validFrom: `${validFrom}T00:00:00.000Z`,
        },
      ]);
    await offer(KEY, '98.3217');
    await offer(`${KEY}/spot`, '39.3331');
    const chargesOf = async (month: string) => {
      const source = new DatabaseFocusSource({ database, prices });
      const charges: FocusCharge[] = [];
      for await (const each of source.charges({ month })) charges.push(each);
      return charges;
    };
    return {
      clock,
      offer,
      take: async (records: readonly GpuUsageRecord[]) => {
        const outcome = await domain.gpuUsage.take({
          reporterId: 'fleet',
          records,
        });
        expect(outcome).toMatchObject({ booked: records.length, rejected: [] });
      },
      bytesOf: async (month: string) =>
        exportCharges(await chargesOf(month), {
          version: '1.3',
          format: 'parquet',
        }),
      /** By version; every rule of ours holds for them. */
      filesOf: async (month: string) => {
        const files = new Map<FocusVersion, FileRow[]>();
        for (const version of VERSIONS) {
          const bytes = await exportCharges(await chargesOf(month), {
            version,
            format: 'csv',
          });
          const file = await readExport(bytes, 'csv');
          const { findings } = await checkFocus(file, { version });
          expect(findings).toEqual([]);
          files.set(version, file.rows);
        }
        return files;
      },
      report: () =>
        costs.report(
          gpuCostQuerySchema.parse({
            from: '2026-11-01T00:00:00Z',
            to: '2026-12-01T00:00:00Z',
            groupBy: 'department',
          }),
          { departmentRefs: [], seesMachines: true },
        ),
    };
  }

  it('says who had what, how, and how much of it worked, as the page does', async () => {
    const { take, filesOf, report } = await setup();
    await take([...sharedHours(NOVEMBER_20), evicted(NOVEMBER_20)]);
    await take([...sharedHours(NOVEMBER_21), evicted(NOVEMBER_21)]);
    const files = await filesOf('2026-11');
    const page = await report();
    for (const version of ['1.3', '1.4'] as const) {
      const rows = files.get(version) ?? [];
      expectOrigins(rows, { sign: 1n });
      expect(sumsOf(rows)).toEqual(sumsOfPage(page));
      const methods = sumBy(rows, row => row.AllocatedMethodId, 'BilledCost');
      expect(methods).toEqual(await methodsOf(database));
      expect(sumOf(rows, 'x_EstimatedCost')).toBe(
        decimalOfUsd(page.total.estimatedPicoUsd),
      );
      for (const row of rows) {
        expect(row.x_SplitConfidence).toBe(
          row.AllocatedMethodId?.endsWith('/time-slice')
            ? 'estimated'
            : 'exact',
        );
      }
      await expectMachines(database, rows);
    }
    // two days of two machines: Research had the shared one in three ways
    const ofLab = (files.get('1.4') ?? []).filter(
      row =>
        row.AllocatedResourceId === LAB &&
        row.ChargePeriodStart === '2026-11-20T00:00:00Z',
    );
    expect(ofLab.map(row => row.AllocatedMethodId)).toEqual([
      'ai-mesh/gpu-time/1/mig',
      'ai-mesh/gpu-time/1/time-slice',
      'ai-mesh/gpu-time/1/whole',
    ]);
    expect(ofLab[1].x_IdleCost).toBe('0'); // not measured counts as used
    const bySubAccount = sumBy(
      files.get('1.2') ?? [],
      row => row.SubAccountId ?? '',
      'BilledCost',
    );
    expect(bySubAccount[RESEARCH]).toBe(
      decimalOfUsd(rowOf(page, `expense:${RESEARCH}`).billedPicoUsd),
    );
  });

  it('leaves what nobody had to nobody, also where a Group pays for it', async () => {
    const { take, filesOf, report } = await setup({ unallocatedTo: COMMERCE });
    await take([...sharedHours(NOVEMBER_20), evicted(NOVEMBER_20)]);
    const files = await filesOf('2026-11');
    const page = await report();
    const remainders = (files.get('1.4') ?? []).filter(
      row => row.AllocatedMethodId === 'ai-mesh/gpu-time/1/remainder',
    );
    expect(remainders).toHaveLength(2);
    for (const row of remainders) {
      expect([row.AllocatedResourceId, row.x_UtilisedCost]).toEqual([
        null,
        '0',
      ]);
    }
    expect(sumOf(remainders, 'BilledCost')).toBe(
      decimalOfUsd(page.total.unallocatedPicoUsd),
    );
    const bySubAccount = sumBy(
      files.get('1.2') ?? [],
      row => row.SubAccountId ?? '',
      'BilledCost',
    );
    expect(bySubAccount[COMMERCE]).toBe(
      decimalOfUsd(rowOf(page, `expense:${COMMERCE}`).billedPicoUsd),
    );
  });

  it('shows nothing of a price that was replaced within the month', async () => {
    const { take, offer, filesOf, report } = await setup();
    await take([...sharedHours(NOVEMBER_20), evicted(NOVEMBER_20)]);
    await offer(KEY, '80.0001', '2026-11-01');
    const rows = (await filesOf('2026-11')).get('1.4') ?? [];
    expectOrigins(rows, { sign: 1n });
    expect(sumsOf(rows)).toEqual(sumsOfPage(await report()));
    expect(new Set(rows.map(row => row.ContractedUnitPrice))).toEqual(
      new Set(['80.0001', '39.3331']),
    );
    await expectMachines(database, rows);
  });

  it('keeps a closed month, and corrects it in the next one', async () => {
    const { clock, take, offer, bytesOf, filesOf, report } = await setup();
    await take([...sharedHours(NOVEMBER_20), evicted(NOVEMBER_20)]);
    const onlyThen = await report();
    await closeMonth(database, 202611);
    clock.now = new Date('2026-12-05T12:00:00Z');
    const closed = await bytesOf('2026-11');
    await take(sharedHours(NOVEMBER_20 + 4 * HOUR_MS)); // late, at the old price
    await offer(KEY, '80.0001', '2026-11-01');
    await offer(`${KEY}/spot`, '41', '2026-11-01');

    expect(Buffer.from(await bytesOf('2026-11'))).toEqual(Buffer.from(closed));
    const november = (await filesOf('2026-11')).get('1.4') ?? [];
    expect(sumsOf(november)).toEqual(sumsOfPage(onlyThen));
    const december = (await filesOf('2026-12')).get('1.4') ?? [];
    for (const row of december) {
      expect([row.ChargeClass, row.ChargePeriodStart]).toEqual([
        'Correction',
        '2026-11-20T00:00:00Z',
      ]);
    }
    const isTakenBack = (row: FileRow) =>
      Boolean(row.x_SplitOriginId?.endsWith('/taken-back'));
    const takenBack = december.filter(isTakenBack);
    expectOrigins(takenBack, { sign: -1n });
    expectOrigins(
      december.filter(row => !isTakenBack(row)),
      { sign: 1n },
    );
    expect(new Set(takenBack.map(row => row.ContractedUnitPrice))).toEqual(
      new Set(['98.3217', '39.3331']),
    );
    // the page follows the price of today: the closed month, and all that corrects it
    expect(sumsOf([...november, ...december])).toEqual(
      sumsOfPage(await report()),
    );
    await expectMachines(database, [...november, ...december]);
  });
});

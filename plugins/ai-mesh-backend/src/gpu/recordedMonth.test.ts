import assert from 'node:assert/strict';
import {
  GpuCostReport,
  gpuCostQuerySchema,
  GpuGroupBy,
  parseUsd,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import {
  COMMERCE,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { createGpuServices, FakeLedger } from './__testUtils__/gpuDomain';
import { MONTH_RATES, recordedMonth } from './__testUtils__/recordedMonth';
import { GpuCostAccess } from './GpuCostService';
import { priceKeyOf } from './PriceBookMachinePrices';

jest.setTimeout(120_000);

const SEED = 1987;
const RECORDS = recordedMonth(SEED);
const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const EVERYTHING: GpuCostAccess = { departmentRefs: [], seesMachines: true };
const databases = createTestDatabases();

/** What the provider bills: machine time by price, added up before anything is multiplied. Never rounded. */
function invoice(priority?: string): bigint {
  const seconds = new Map<string, bigint>();
  for (const record of RECORDS) {
    if (priority !== undefined && record.priority !== priority) continue;
    const key = priceKeyOf(record);
    const length = BigInt(record.to - record.from) / 1_000n;
    seconds.set(key, (seconds.get(key) ?? 0n) + length);
  }
  let total = 0n;
  for (const [key, length] of seconds) {
    const cost = parseUsd(MONTH_RATES[key]) * length;
    expect(cost % 3_600n).toBe(0n);
    total += cost / 3_600n;
  }
  return total;
}

describe.each(databases.eachSupportedId())(
  `a recorded month (seed ${SEED}), %p`,
  id => {
    const ledger = new FakeLedger();
    let services: ReturnType<typeof createGpuServices>;
    let database: Knex;
    beforeAll(async () => {
      database = await databases.init(id);
      await applyMigrations(database);
      services = createGpuServices({
        database,
        usdPerHour: MONTH_RATES,
        ledger,
      });
      // two reporters at once, and a good part of it twice
      const deliver = (from: number, to: number) =>
        services.intake.take({
          reporterId: `fleet-${from}`,
          records: RECORDS.slice(from, to),
        });
      const results = [
        ...(await Promise.all([deliver(0, 1_500), deliver(1_000, 2_000)])),
        await deliver(1_500, RECORDS.length),
      ];
      assert.deepEqual(
        results.flatMap(each => each.rejected),
        [],
      );
      const booked = results.reduce((sum, each) => sum + each.booked, 0);
      assert.equal(booked, RECORDS.length);
    });

    const report = (
      query: Record<string, string | number>,
      access = EVERYTHING,
    ): Promise<GpuCostReport> =>
      services.costs.report(
        gpuCostQuerySchema.parse({ ...RANGE, limit: 200, ...query }),
        access,
      );

    it('sums to the invoice, to the pico-dollar, in the ledger', () => {
      const balances = ledger.balances();
      expect(-balances['payable:azure']).toBe(invoice());
      expect(balances['clearing:gpu']).toBe(0n);
      const departments = Object.entries(balances)
        .filter(([account]) => account.startsWith('expense:'))
        .reduce((sum, [, cost]) => sum + cost, 0n);
      expect(
        departments +
          balances['suspense:unknown-department'] +
          balances['clearing:gpu-unallocated'],
      ).toBe(invoice());
      expect(balances['suspense:unknown-department']).toBeGreaterThan(0n);
      expect(balances['clearing:gpu-unallocated']).toBeGreaterThan(0n);
    });

    it.each<GpuGroupBy>(['pool', 'vmSize', 'department'])(
      'sums to the invoice, to the pico-dollar, in the report by %s and by day',
      async groupBy => {
        const { total, days, rows } = await report({ groupBy });
        expect(total.billedPicoUsd).toBe(invoice());
        for (const parts of [days, rows]) {
          expect(sumPicoUsd(parts.map(part => part.billedPicoUsd))).toBe(
            invoice(),
          );
          for (const part of parts) {
            expect(
              part.usedPicoUsd + part.idlePicoUsd + part.unallocatedPicoUsd,
            ).toBe(part.billedPicoUsd);
          }
        }
        const { used, idle, unallocated } = total.gpuTime;
        const available = RECORDS.reduce(
          (sum, { gpuCount, from, to }) => sum + BigInt(gpuCount * (to - from)),
          0n,
        );
        expect(used + idle + unallocated).toBe(available);
      },
    );

    it('charges each department in the ledger what its report says', async () => {
      const { rows } = await report({ groupBy: 'department' });
      const balances = ledger.balances();
      for (const ref of [RESEARCH, CUSTOMER_CARE, ONLINE_STORE, COMMERCE]) {
        const row = rows.find(each => each.id === `expense:${ref}`);
        expect(row?.billedPicoUsd).toBe(balances[`expense:${ref}`]);
      }
      expect(rows.map(row => row.label)).toEqual(
        expect.arrayContaining([
          'Research',
          'Dissolved (not in the catalog)',
          'Given to nobody',
        ]),
      );
    });

    it('shows a department its own part and nothing else', async () => {
      const access = { departmentRefs: [RESEARCH], seesMachines: false };
      for (const groupBy of ['pool', 'vmSize', 'department']) {
        const own = await report({ groupBy }, access);
        expect(own.total.billedPicoUsd).toBe(
          ledger.balances()[`expense:${RESEARCH}`],
        );
        expect(own.total.unallocatedPicoUsd).toBe(0n);
        expect(own).toMatchObject({
          spot: [],
          waiting: [],
          seesMachines: false,
        });
        expect(own.rows.every(row => !row.spotNetSavingPicoUsd)).toBe(true);
      }
      const foreign = await report({ departmentRef: COMMERCE }, access);
      expect(foreign.rows).toEqual([]);
      expect(foreign.pools).toEqual([]);
    });

    it('narrows to a department with all below it, and to a pool', async () => {
      const balances = ledger.balances();
      const below = await report({ departmentRef: COMMERCE });
      expect(below.total.billedPicoUsd).toBe(
        balances[`expense:${COMMERCE}`] +
          balances[`expense:${CUSTOMER_CARE}`] +
          balances[`expense:${ONLINE_STORE}`],
      );
      expect(below.spot).toEqual([]);
      const { rows, total, pools } = await report({ pool: 'training' });
      expect(rows.map(row => row.id)).toEqual(['training']);
      expect(rows[0].billedPicoUsd).toBe(total.billedPicoUsd);
      expect(pools).toEqual(['batch', 'notebooks', 'serving', 'training']);
    });

    it('nets the saving of spot by the work that evictions cost, exactly', async () => {
      const { spot, rows } = await report({ groupBy: 'pool' });
      expect(sumPicoUsd(spot.map(row => row.spotPicoUsd))).toBe(
        invoice('spot'),
      );
      for (const row of spot) {
        const own = RECORDS.filter(each => each.pool === row.pool);
        let gross = 0n;
        let rework = 0n;
        for (const record of own) {
          const key = priceKeyOf({ ...record, priority: 'on-demand' });
          const pSpot = parseUsd(MONTH_RATES[`${key}/spot`]);
          const pOnDemand = parseUsd(MONTH_RATES[key]);
          const seconds = BigInt(record.to - record.from) / 1_000n;
          gross += ((pOnDemand - pSpot) * seconds) / 3_600n;
          const lost = record.evictions.reduce(
            (sum, each) => sum + each.lostWorkSeconds + each.restartSeconds,
            0,
          );
          rework += roundHalfEven(pSpot * BigInt(lost), 3_600n);
        }
        expect(row.reworkPicoUsd).toBe(rework);
        expect(rework).toBeGreaterThan(0n);
        expect(row.netSavingPicoUsd).toBe(picoUsd(gross - rework));
        expect(
          rows.find(each => each.id === row.pool)?.spotNetSavingPicoUsd,
        ).toBe(row.netSavingPicoUsd);
      }
      expect(spot.map(row => [row.pool, row.month])).toEqual([
        ['batch', '2026-11'],
        ['training', '2026-11'],
      ]);
    });

    it('orders and pages rows', async () => {
      const { rows, rowCount } = await report({
        groupBy: 'pool',
        orderBy: 'label',
        order: 'asc',
        limit: 1,
        offset: 1,
      });
      expect(rowCount).toBe(4);
      expect(rows.map(row => row.id)).toEqual(['notebooks']);
      const byCost = await report({ groupBy: 'pool' });
      expect(byCost.rows[0].id).toBe('training');
    });
  },
);

/** Its own way of rounding, to check ours with. */
function roundHalfEven(dividend: bigint, divisor: bigint): bigint {
  const floor = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice === divisor) return floor + (floor % 2n);
  return twice > divisor ? floor + 1n : floor;
}

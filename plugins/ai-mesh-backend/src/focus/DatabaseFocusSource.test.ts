import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { CUSTOMER_CARE, RESEARCH } from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { applyMigrations } from '../database/applyMigrations';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import {
  bookAutumn,
  closeMonth,
  focusPrices,
  tokenLine,
} from './__testUtils__/focusLedger';
import { exportCharges, readExport } from './__testUtils__/focusFiles';
import { DatabaseFocusSource } from './DatabaseFocusSource';
import { FocusCharge } from './FocusCharge';
import { FileRow } from './rules/FocusRule';
import { checkFocus } from './rules/checkFocus';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('the FOCUS source, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(() => clearBooks(database));

  async function chargesOf(month: string, departmentRefs?: string[]) {
    const source = new DatabaseFocusSource({ database, prices: focusPrices });
    const charges: FocusCharge[] = [];
    for await (const charge of source.charges({ month, departmentRefs })) {
      charges.push(charge);
    }
    return charges;
  }

  async function rowsOf(charges: FocusCharge[]): Promise<FileRow[]> {
    const bytes = await exportCharges(charges, {
      version: '1.4',
      format: 'csv',
    });
    return (await readExport(bytes, 'csv')).rows;
  }

  function sumOf(charges: readonly FocusCharge[]): bigint {
    return charges.reduce((sum, charge) => sum + charge.cost, 0n);
  }

  async function ledgerSum(from: number, to: number): Promise<bigint> {
    const [{ sum }] = await database('ledger_lines')
      .join('ledger_dimensions', 'ledger_dimensions.id', 'dimension_id')
      .whereBetween('posted_on', [from, to])
      .whereNot('charge_class', 'machine-time')
      .select(database.raw('cast(sum(cost_pico) as text) as sum'));
    return BigInt(sum);
  }

  it('gives every pico-dollar of a month once, and holds every rule in every version', async () => {
    await bookAutumn(database);
    for (const [month, from, to] of [
      ['2026-10', 20261001, 20261031],
      ['2026-11', 20261101, 20261130],
    ] as const) {
      const charges = await chargesOf(month);
      expect(sumOf(charges)).toBe(await ledgerSum(from, to));
      for (const version of ['1.2', '1.3', '1.4'] as const) {
        for (const format of ['csv', 'parquet'] as const) {
          const bytes = await exportCharges(charges, { version, format });
          const file = await readExport(bytes, format);
          const { findings } = await checkFocus(file, { version });
          expect(findings).toEqual([]);
        }
      }
    }
  });

  it('prices long prompts by their own rate, and puts contract beside list price', async () => {
    await bookAutumn(database);
    const rows = await rowsOf(await chargesOf('2026-10'));
    const input = rows.filter(
      row =>
        row.x_TokenClass === 'input' &&
        row.SubAccountId === CUSTOMER_CARE &&
        row.x_PriceVersionId === 'contract' &&
        row.CommitmentDiscountId === null,
    );
    const shown = input.map(row => [
      row.SkuPriceId,
      row.PricingQuantity,
      row.ListUnitPrice,
      row.ContractedUnitPrice,
      row.BilledCost,
      row.x_RequestCount,
    ]);
    expect(shown.sort()).toEqual([
      ['openai/gpt-4o/input/standard', '1.234567', '2.5', '2', '2.469134', '1'],
      ['openai/gpt-4o/input/standard/free', '0.00005', '0', '0', '0', '1'],
      [
        'openai/gpt-4o/input/standard/long-context/above-200000',
        '0.3',
        '5',
        '4',
        '1.2',
        '1',
      ],
    ]);
  });

  it('splits shared machines by day, with one remainder', async () => {
    await bookAutumn(database);
    const rows = await rowsOf(await chargesOf('2026-10'));
    const split = rows.filter(row => row.x_SplitOriginId);
    expect(
      split.map(row => [
        row.ChargePeriodStart,
        row.AllocatedResourceId,
        row.PricingQuantity,
        row.BilledCost,
        row.x_UtilisedCost,
        row.x_IdleCost,
        row.x_SplitConfidence,
      ]),
    ).toEqual([
      [
        '2026-10-05T00:00:00Z',
        CUSTOMER_CARE,
        '0.75',
        '29.475',
        '22.10625',
        '7.36875',
        'exact',
      ],
      [
        '2026-10-05T00:00:00Z',
        'component:default/lab',
        '0.625',
        '24.5625',
        '12.28125',
        '12.28125',
        'estimated',
      ],
      ['2026-10-05T00:00:00Z', null, '0.625', '24.5625', '0', '0', 'exact'],
      [
        '2026-10-06T00:00:00Z',
        CUSTOMER_CARE,
        '0.375',
        '14.7375',
        '11.053125',
        '3.684375',
        'exact',
      ],
      [
        '2026-10-06T00:00:00Z',
        'component:default/lab',
        '0.3125',
        '12.28125',
        '6.140625',
        '6.140625',
        'estimated',
      ],
      ['2026-10-06T00:00:00Z', null, '0.3125', '12.28125', '0', '0', 'exact'],
    ]);
    expect(split[1]).toMatchObject({
      AllocatedMethodDetails:
        '{"Elements":[{"AllocatedRatio":0.3125,"UsageUnit":"GPU-Seconds","UsageQuantity":18000}]}',
      AllocatedMethodId: 'ai-mesh/gpu-time/1/time-slice',
      AllocatedTags:
        '{"application":"component:default/lab","cost_center":"CC1","department":"group:default/research"}',
      PricingCategory: 'Dynamic',
      PricingUnit: 'Hours',
      ServiceCategory: 'Compute',
      SkuId: 'azure-vm/Standard_ND96isr_H100_v5/machine-time',
      SubAccountId: null,
    });
  });

  it('marks what came after a month was closed, with the day that it is of', async () => {
    await bookAutumn(database);
    const rows = await rowsOf(await chargesOf('2026-11'));
    const shown = rows.map(row => [
      row.ChargeClass,
      row.BillingPeriodStart,
      row.ChargePeriodStart,
      row.x_TokenClass,
      row.EffectiveCost,
    ]);
    const november = '2026-11-01T00:00:00Z';
    expect(shown).toEqual([
      [null, november, '2026-11-21T00:00:00Z', 'input', '0.00001'],
      ['Correction', november, '2026-10-05T00:00:00Z', 'input', '0.002'],
      ['Correction', november, '2026-10-05T00:00:00Z', 'input', '-2.469134'],
      ['Correction', november, '2026-10-07T00:00:00Z', 'gpu-time', '14.7375'],
      ['Correction', november, '2026-10-07T00:00:00Z', 'gpu-time', '12.28125'],
      ['Correction', november, '2026-10-07T00:00:00Z', 'gpu-time', '12.28125'],
    ]);
  });

  it('keeps what a correction adds and what it takes back apart, also where it cost nothing', async () => {
    await closeMonth(database, 202610);
    const store = new DatabaseLedgerStore({
      database,
      now: () => new Date('2026-11-23T00:00:00Z'),
    });
    const free = { occurredAt: new Date('2026-10-09'), cost: picoUsd(0n) };
    await store.book([
      tokenLine({ ...free, requestId: 'a', revision: 1, tokens: -50n }),
      tokenLine({ ...free, requestId: 'b', tokens: 70n }),
    ]);
    const charges = await chargesOf('2026-11');
    expect(charges.map(({ quantity }) => quantity)).toEqual([70n, -50n]);
  });

  it('gives the same bytes for a closed month, whatever is booked later', async () => {
    await bookAutumn(database);
    const closed = await chargesOf('2026-10');
    const first = await exportCharges(closed, {
      version: '1.4',
      format: 'parquet',
    });
    const store = new DatabaseLedgerStore({
      database,
      now: () => new Date('2026-11-23T00:00:00Z'),
    });
    await store.book([
      tokenLine({
        requestId: 'x',
        tokens: 9n,
        occurredAt: new Date('2026-10-09T00:00:00Z'),
      }),
    ]);
    const again = await exportCharges(await chargesOf('2026-10'), {
      version: '1.4',
      format: 'parquet',
    });
    expect(Buffer.compare(Buffer.from(first), Buffer.from(again))).toBe(0);
  });

  it('gives a department its own rows, and nothing from which the others could be told', async () => {
    await bookAutumn(database);
    const charges = await chargesOf('2026-10', [RESEARCH]);
    const rows = await rowsOf(charges);
    expect(rows.map(row => row.BilledCost)).toEqual([
      '24.5625',
      '12.28125',
      '0.00002',
    ]);
    expect(new Set(charges.map(({ about }) => about.departmentRef))).toEqual(
      new Set([RESEARCH]),
    );
    for (const row of rows) {
      expect([row.AllocatedMethodDetails, row.x_SplitOriginCost]).toEqual([
        null,
        null,
      ]);
    }
    const { findings } = await checkFocus(
      { columns: Object.keys(rows[0]), rows },
      { version: '1.4', isPart: true },
    );
    expect(findings).toEqual([]);
    await expect(chargesOf('2026-10', [])).resolves.toEqual([]);
  });

  it('reads a day of more dimensions than a page holds', async () => {
    const store = new DatabaseLedgerStore({
      database,
      now: () => new Date('2026-10-05T12:00:00Z'),
    });
    const lines = Array.from({ length: 2_001 }, (_, index) =>
      tokenLine({
        requestId: `request-${index}`,
        model: `model-${index}`,
        tokens: 1n,
        occurredAt: new Date('2026-10-05T00:00:00Z'),
      }),
    );
    await store.book(lines);
    const models = (await chargesOf('2026-10')).map(({ about }) => about.model);
    expect(new Set(models).size).toBe(2_001);
    expect(models).toHaveLength(2_001);
  });

  it('refuses a month whose corrections have lost their lines', async () => {
    await bookAutumn(database);
    await database('rollup_daily')
      .where('bucket', Date.UTC(2026, 10, 22))
      .increment('cost_pico', 1);
    await expect(chargesOf('2026-11')).rejects.toThrow(/no longer kept/);
    await expect(chargesOf('2026-10')).resolves.not.toEqual([]);
  });
});

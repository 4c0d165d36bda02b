import {
  picoUsd,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { createBooksApp } from '../__testUtils__/booksApp';
import { CUSTOMER_CARE, RESEARCH } from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { usageRecord } from '../__testUtils__/usage';
import { applyMigrations } from '../database/applyMigrations';
import { exportCharges, readExport } from './__testUtils__/focusFiles';
import { DatabaseFocusSource } from './DatabaseFocusSource';
import { FocusCharge } from './FocusCharge';
import { ONE, parseFocusDecimal } from './focusDecimal';
import { checkFocus } from './rules/checkFocus';
import { FileRow } from './rules/FocusRule';

jest.setTimeout(120_000);

const databases = createTestDatabases();

/** Rates that sums of other rates could be taken for: 1 + 3 = 2 × 2. */
const RATES = [
  { input: '0.000001', 'cached-input': '0.0000005', output: '0.000004' },
  { input: '0.000002', 'cached-input': '0.000001', output: '0.000005' },
  { input: '0.000003', 'cached-input': '0.0000015', output: '0.000006' },
] as const;
const COMMON = {
  priceKey: 'openai/gpt-4o-mini',
  provider: 'openai',
  region: '',
  serviceTier: 'standard',
  rates: RATES[0],
} as const;
/** By how many bands their prices have. */
const VERSIONS = {
  two: {
    ...COMMON,
    longContext: [{ aboveInputTokens: 500, rates: RATES[1] }],
  },
  three: {
    ...COMMON,
    longContext: [
      { aboveInputTokens: 200, rates: RATES[1] },
      { aboveInputTokens: 1_000, rates: RATES[2] },
    ],
  },
};
type Version = keyof typeof VERSIONS;

interface Call {
  version: Version;
  departmentRef: string;
  input: number;
  cached: number;
  output: number;
}

function toRecord(call: Call, index: number): UsageRecord {
  const line = (tokenClass: TokenClass, tokens: number) => ({
    tokenClass,
    tokens: BigInt(tokens),
    priceVersionId: call.version,
    costPicoUsd: picoUsd(0n), // the ledger works out its own
  });
  return usageRecord({
    requestId: `request-${index}`,
    occurredAt: '2026-11-10T00:00:00.000Z',
    departmentRef: call.departmentRef,
    lines: [
      line('input', call.input),
      line('cached-input', call.cached),
      line('output', call.output),
    ],
  });
}

/** The threshold that a call passed, worked out apart from the ledger; 0 for none. */
function bandOf({ version, input, cached }: Call): number {
  const thresholds = { two: [500], three: [1_000, 200] }[version];
  return thresholds.find(each => input + cached > each) ?? 0;
}

const calls = fc.array(
  fc.record({
    version: fc.constantFrom<Version>('two', 'three'),
    departmentRef: fc.constantFrom(CUSTOMER_CARE, RESEARCH),
    input: fc.oneof(
      fc.constantFrom(200, 201, 500, 501, 1_000, 1_001),
      fc.integer({ min: 1, max: 3_000 }),
    ),
    cached: fc.constantFrom(0, 1, 600),
    output: fc.integer({ min: 0, max: 500 }),
  }),
  { minLength: 1, maxLength: 25 },
);

function expectExact(row: FileRow): void {
  const read = (column: string) => parseFocusDecimal(row[column] ?? '') ?? -1n;
  const product = read('ContractedUnitPrice') * read('PricingQuantity');
  expect(product).toBe(read('ContractedCost') * ONE);
  expect(row.EffectiveCost).toBe(row.ContractedCost);
  expect(row.x_CostConfidence).toBe('exact');
}

describe.each(databases.eachSupportedId())('long prompts, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    books = await createBooksApp({ database });
    books.world.versions = [
      { id: 'two', ...VERSIONS.two },
      { id: 'three', ...VERSIONS.three },
    ];
  });
  beforeEach(async () => {
    await clearBooks(database);
    books.world.now = new Date('2026-11-22T12:00:00Z');
  });

  const book = (usage: readonly Call[]) =>
    books.ledger.book(usage.map(toRecord), { source: 'live' });

  async function bytesOf(month: string): Promise<Uint8Array> {
    const source = new DatabaseFocusSource({
      database,
      prices: { versionsOf: async () => new Map(Object.entries(VERSIONS)) },
    });
    const charges: FocusCharge[] = [];
    for await (const each of source.charges({ month })) charges.push(each);
    return exportCharges(charges, { version: '1.4', format: 'csv' });
  }

  async function rowsOf(month: string): Promise<FileRow[]> {
    const file = await readExport(await bytesOf(month), 'csv');
    const { findings } = await checkFocus(file, { version: '1.4' });
    expect(findings).toEqual([]);
    return file.rows;
  }

  it('stand in rows of their own, at a unit price that gives the cost exactly', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async usage => {
        await clearBooks(database);
        await book(usage);
        const rows = await rowsOf('2026-11');
        rows.forEach(expectExact);

        const expected = new Map<string, number>();
        for (const call of usage) {
          for (const [tokenClass, tokens] of [
            ['input', call.input],
            ['cached-input', call.cached],
            ['output', call.output],
          ] as const) {
            const band = bandOf(call);
            const ending = band > 0 ? `/long-context/above-${band}` : '';
            const sku = `openai/gpt-4o-mini/${tokenClass}/standard${ending}`;
            const key = `${call.departmentRef} ${call.version} ${sku}`;
            if (tokens > 0)
              expected.set(key, (expected.get(key) ?? 0) + tokens);
          }
        }
        const found = rows
          .filter(row => row.ConsumedQuantity !== '0')
          .map(row => [
            `${row.SubAccountId} ${row.x_PriceVersionId} ${row.SkuPriceId}`,
            Number(row.ConsumedQuantity),
          ]);
        expect(new Map(found as [string, number][])).toEqual(expected);
        expect(found).toHaveLength(expected.size);
      }),
      { numRuns: id === 'SQLITE_3' ? 25 : 10 },
    );
  });

  describe('at a price that reaches back', () => {
    const change = {
      id: 'change-1',
      priceKey: COMMON.priceKey,
      region: '',
      serviceTier: 'standard',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      versionId: 'three',
      replacedVersionId: 'two',
    } as const;
    const usage = [300, 600, 1_200].map(input => ({
      version: 'two' as const,
      departmentRef: RESEARCH,
      input,
      cached: 0,
      output: 0,
    }));
    const shown = (rows: FileRow[]) =>
      rows
        .filter(row => row.x_TokenClass === 'input')
        .map(row => [
          row.SkuPriceId?.replace('openai/gpt-4o-mini/input/standard', ''),
          row.x_PriceVersionId,
          row.ConsumedQuantity,
          row.EffectiveCost,
        ])
        .sort();
    const RESTATED = [
      ['/long-context/above-1000', 'three', '1200', '0.0036'],
      ['/long-context/above-200', 'three', '900', '0.0018'],
    ];

    it('move to the bands of the new one', async () => {
      await book(usage);
      await books.repricings.onBackDated(change);
      await expect(books.repricings.run()).resolves.toBeGreaterThan(0n);
      const rows = await rowsOf('2026-11');
      rows.forEach(expectExact);
      expect(shown(rows).filter(([, , quantity]) => quantity !== '0')).toEqual(
        RESTATED,
      );
      const requests = rows.map(row => Number(row.x_RequestCount));
      expect(requests.reduce((a, b) => a + b, 0)).toBe(3);
    });

    it('are taken back at the old band, and added at the new one, once their month is closed', async () => {
      await book(usage);
      books.world.now = new Date('2026-12-05T00:00:00Z');
      await books.post('/v1/books/months/2026-11/close').expect(200);
      const closed = await bytesOf('2026-11');
      await books.repricings.onBackDated(change);
      await books.repricings.run();
      expect(Buffer.from(await bytesOf('2026-11'))).toEqual(
        Buffer.from(closed),
      );
      const rows = await rowsOf('2026-12');
      rows.forEach(expectExact);
      expect(new Set(rows.map(row => row.ChargeClass))).toEqual(
        new Set(['Correction']),
      );
      expect(shown(rows)).toEqual([
        ['', 'two', '-300', '-0.0003'],
        RESTATED[0],
        RESTATED[1],
        ['/long-context/above-500', 'two', '-1800', '-0.0036'],
      ]);
    });
  });
});

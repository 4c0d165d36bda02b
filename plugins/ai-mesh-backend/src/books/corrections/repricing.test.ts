import {
  picoUsd,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { clearBooks } from '../../__testUtils__/books';
import { createBooksApp } from '../../__testUtils__/booksApp';
import {
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { createTestDatabases } from '../../__testUtils__/testDatabases';
import { usageRecord } from '../../__testUtils__/usage';
import { applyMigrations } from '../../database/applyMigrations';
import { BackDatedChange } from '../../prices/PriceChangeListener';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const FROM = '2026-11-05T12:00:00.000Z';
const TO = '2026-11-15T00:00:00.000Z';
const OLD = { id: 'old', rates: { input: '0.000001', output: '0.000002' } };
const NEW = {
  id: 'new',
  rates: { input: '0.0000033', output: '0.0000071' },
  longContext: [
    {
      aboveInputTokens: 500,
      rates: { input: '0.0000091', output: '0.0000107' },
    },
  ],
};
const CHANGE: BackDatedChange = {
  id: 'change-1',
  priceKey: 'openai/gpt-4o-mini',
  region: '',
  serviceTier: 'standard',
  from: FROM,
  to: TO,
  versionId: 'new',
  replacedVersionId: 'old',
};

function call(
  index: number,
  more: {
    departmentRef?: string;
    occurredAt?: string;
    input?: number;
    output?: number;
    priceVersionId?: string;
    servedBecause?: UsageRecord['servedBecause'];
  } = {},
): UsageRecord {
  const { input = 100, output = 10, priceVersionId = 'old', ...rest } = more;
  const line = (tokenClass: TokenClass, tokens: number) => ({
    ...{ tokenClass, priceVersionId },
    tokens: BigInt(tokens),
    costPicoUsd: picoUsd(0n), // the ledger works out its own
  });
  return usageRecord({
    requestId: `request-${index}`,
    occurredAt: '2026-11-10T00:00:00.000Z',
    lines: [line('input', input), line('output', output)],
    ...rest,
  });
}

const calls = fc.array(
  fc.record({
    departmentRef: fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH),
    occurredAt: fc.constantFrom(
      '2026-11-05T11:59:59.999Z',
      FROM,
      '2026-11-09T07:00:00.000Z',
      '2026-11-14T23:59:59.999Z',
      TO,
    ),
    input: fc.integer({ min: 0, max: 1_000 }),
    output: fc.integer({ min: 0, max: 1_000 }),
    servedBecause: fc.constantFrom('requested' as const, 'cache' as const),
  }),
  { minLength: 1, maxLength: 25 },
);

describe.each(databases.eachSupportedId())('repricing, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    books = await createBooksApp({ database });
  });
  beforeEach(async () => {
    await clearBooks(database);
    books.world.versions = [OLD, NEW];
    books.world.now = new Date('2026-11-22T12:00:00Z');
    books.world.targets = [];
  });

  const book = (records: readonly UsageRecord[]) =>
    books.ledger.book(records, { source: 'live' });
  /** What holds now, with the version and the rates that it was priced by. */
  const byPrice = async (): Promise<string[]> => {
    const rows = await database('rollup_daily')
      .join('ledger_dimensions as about', 'about.id', 'dimension_id')
      .groupBy('price_version_id', 'above_input_tokens', 'charge_class')
      .orderBy(['price_version_id', 'above_input_tokens', 'charge_class'])
      .select(
        'price_version_id as version',
        'above_input_tokens as above',
        'charge_class as class',
        database.raw('cast(sum(cost_pico) as text) as cost'),
        database.raw('cast(sum(quantity) as text) as quantity'),
      );
    return rows
      .filter(row => row.quantity !== '0')
      .map(row => Object.values(row).join(' '));
  };
  const byDepartment = async (): Promise<Record<string, string>> => {
    const rows = await database('rollup_daily')
      .join('ledger_dimensions as about', 'about.id', 'dimension_id')
      .groupBy('department_ref')
      .orderBy('department_ref')
      .select(
        'department_ref',
        database.raw('cast(sum(cost_pico) as text) as cost'),
        database.raw('cast(sum(quantity) as text) as quantity'),
        database.raw('cast(sum(requests) as text) as requests'),
      );
    return Object.fromEntries(
      rows.map(row => [
        row.department_ref,
        `${row.cost} for ${row.quantity} in ${row.requests}`,
      ]),
    );
  };

  it('leaves each department with what it would have cost at the new price from the start', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async usage => {
        await clearBooks(database);
        await book(
          usage.map((each, index) =>
            call(index, {
              ...each,
              priceVersionId:
                each.occurredAt >= FROM && each.occurredAt < TO ? 'new' : 'old',
            }),
          ),
        );
        const expected = await byDepartment();
        const prices = await byPrice();
        await clearBooks(database);
        await book(usage.map((each, index) => call(index, each)));
        await books.repricings.onBackDated(CHANGE);
        await books.repricings.run();
        await expect(byDepartment()).resolves.toEqual(expected);
        await expect(byPrice()).resolves.toEqual(prices);
        const check = await books.check.run();
        expect(check.differences).toEqual([]);
      }),
      { numRuns: id === 'SQLITE_3' ? 25 : 10 },
    );
  });

  it('reverses and restates each line, and keeps the first one', async () => {
    await book([call(1)]);
    await books.repricings.onBackDated(CHANGE);
    await expect(books.repricings.run()).resolves.toBe(2n);
    await expect(
      database('ledger_entries')
        .where({ line_no: 0 })
        .orderBy('revision')
        .select('revision', 'quantity', 'cost_pico', 'price_version_id')
        .then(rows => rows.map(row => Object.values(row).map(String))),
    ).resolves.toEqual([
      ['0', '100', '100000000', 'old'],
      ['1', '-100', '-100000000', 'old'],
      ['2', '100', '330000000', 'new'],
    ]);
    await expect(books.repricings.list()).resolves.toEqual([
      expect.objectContaining({
        id: 'change-1',
        restated: 2n,
        finishedAt: '2026-11-22T12:00:00.000Z',
      }),
    ]);
  });

  it('corrects once, however often it is told and whoever works on it', async () => {
    await book(Array.from({ length: 300 }, (_, index) => call(index)));
    await books.repricings.onBackDated(CHANGE);
    await books.repricings.onBackDated(CHANGE);
    await Promise.all([books.repricings.run(), books.repricings.run()]);
    const once = await byDepartment();
    await books.repricings.runAgain();
    await expect(byDepartment()).resolves.toEqual(once);
    const [{ lines }] = await database('ledger_lines').count({ lines: '*' });
    expect(Number(lines)).toBe(300 * 2 * 3);
  });

  it('goes on where it was stopped', async () => {
    await book([
      call(1, { occurredAt: '2026-11-06T00:00:00Z' }),
      call(2, { occurredAt: '2026-11-12T00:00:00Z' }),
    ]);
    await books.repricings.onBackDated(CHANGE);
    const stopped = new AbortController();
    const { logger } = books;
    logger.info.mockImplementationOnce(() => stopped.abort());
    await expect(books.repricings.run(stopped.signal)).resolves.toBe(2n);
    await expect(database('ledger_repricings').first()).resolves.toMatchObject({
      next_day: 20261107,
      finished_at: null,
    });
    await expect(books.repricings.run()).resolves.toBe(2n);
  });

  it('takes one correction after the other, and does not undo a later one', async () => {
    books.world.versions.push({ id: 'newest', rates: { input: '0.00001' } });
    await book([call(1, { output: 0 })]);
    await books.repricings.onBackDated(CHANGE);
    await books.repricings.run();
    await books.repricings.onBackDated({
      ...CHANGE,
      ...{ id: 'change-2', versionId: 'newest', replacedVersionId: 'new' },
    });
    await books.repricings.run();
    await books.repricings.runAgain();
    // the first change is told once more, after the second one was made
    await books.repricings.onBackDated({ ...CHANGE, id: 'change-3' });
    await expect(books.repricings.run()).resolves.toBe(0n);
    await expect(byDepartment()).resolves.toEqual({
      [CUSTOMER_CARE]: '1000000000 for 100 in 1',
    });
  });

  it('finds usage at the old price that came late', async () => {
    await books.repricings.onBackDated(CHANGE);
    await books.repricings.run();
    await book([call(1)]);
    await expect(books.repricings.run()).resolves.toBe(0n);
    await expect(books.repricings.runAgain()).resolves.toBe(2n);
  });

  it('restates for a region only what was computed there', async () => {
    books.world.versions = [OLD, { ...NEW, region: 'eu' }];
    const target = { providerModel: 'mini', priceVersionId: 'old', rates: {} };
    books.world.targets = [
      { id: 'mini/eu', provider: 'openai', region: 'eu', ...target },
      { id: 'mini/us', provider: 'openai', region: 'us', ...target },
    ];
    await book([
      { ...call(1), targetId: 'mini/eu' },
      { ...call(2), targetId: 'mini/us' },
    ]);
    await books.repricings.onBackDated({ ...CHANGE, region: 'eu' });
    await expect(books.repricings.run()).resolves.toBe(2n);
    await expect(
      database('ledger_entries').where({ revision: 2 }).pluck('target_id'),
    ).resolves.toEqual(['mini/eu', 'mini/eu']);
  });

  it('leaves a closed month, and corrects in the open one', async () => {
    books.world.now = new Date('2026-12-05T00:00:00Z');
    await book([call(1)]);
    await books.post('/v1/books/months/2026-11/close').expect(200);
    await books.repricings.onBackDated(CHANGE);
    await expect(books.repricings.run()).resolves.toBe(2n);
    await expect(
      database('ledger_entries')
        .where('revision', '>', 0)
        .distinct('posted_on', 'correction')
        .then(rows =>
          rows.map(row => [row.posted_on, Boolean(row.correction)]),
        ),
    ).resolves.toEqual([[20261205, true]]);
  });
});

import {
  picoUsd,
  stringifyWithBigInt,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { clearBooks } from '../../__testUtils__/books';
import { createBooksApp } from '../../__testUtils__/booksApp';
import {
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { createTestDatabases } from '../../__testUtils__/testDatabases';
import { ledgerLine, usageRecord } from '../../__testUtils__/usage';
import { applyMigrations } from '../../database/applyMigrations';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const DAY_MS = 86_400_000;

describe.each(databases.eachSupportedId())('the nightly check, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    await database('ledger_retention').update({ kept_from: 0 });
    books = await createBooksApp({ database, keepLinesForDays: 40 });
    await books.ledger.post([
      ledgerLine({ occurredAt: new Date('2026-10-20T10:00:00Z') }),
      ledgerLine({ requestId: 'request-2', departmentRef: RESEARCH }),
      ledgerLine({
        requestId: 'ahead',
        occurredAt: new Date('2026-11-24T00:00:00Z'),
      }),
      ledgerLine({
        requestId: 'long-ago',
        occurredAt: new Date('1999-01-01T00:00:00Z'),
      }),
      ledgerLine({
        requestId: 'request-3',
        revision: 1,
        quantity: -5n,
        cost: picoUsd(-20n),
        flags: ['estimated'],
      }),
    ]);
  });

  const closeOctober = () =>
    books.post('/v1/books/months/2026-10/close').expect(200);

  it('agrees with what was booked, late and wrongly dated lines too', async () => {
    await closeOctober();
    await books.ledger.post([
      ledgerLine({
        requestId: 'late',
        occurredAt: new Date('2026-10-20T11:00:00Z'),
      }),
    ]);
    const outcome = await books.check.run();
    expect(outcome).toMatchObject({
      fromDay: 20261001,
      toDay: 20261122,
      days: 31 + 22,
      differenceCount: 0,
      differences: [],
    });
    expect(books.logger.error).not.toHaveBeenCalled();
    const { body } = await books.get('/v1/books/quality?month=2026-11');
    expect(body.checks).toEqual([
      expect.objectContaining({ fromDay: '2026-10-01', differenceCount: 0 }),
    ]);
  });

  it.each([
    ['rollup_hourly', { cost_pico: 251 }, 'cost_pico is 251'],
    ['rollup_daily', { quantity: 99 }, 'quantity is 99'],
    ['rollup_daily', { requests: 2 }, 'requests is 2'],
    ['rollup_hourly', { avoided_pico: 1 }, 'avoided_pico is 1'],
    ['rollup_hourly', { estimated_pico: 1 }, 'estimated_pico is 1'],
  ])('finds %s with %j, names it, and says so', async (table, wrong, text) => {
    await database(table)
      .whereIn(
        'dimension_id',
        database('ledger_dimensions')
          .where({ department_ref: RESEARCH })
          .select('id'),
      )
      .update(wrong);
    const { differences, differenceCount } = await books.check.run();
    expect(differenceCount).toBe(1);
    expect(differences).toEqual([
      expect.objectContaining({
        what: table,
        about: `${RESEARCH}, mini, input`,
      }),
    ]);
    expect(differences[0].when).toContain('2026-11-22');
    expect(books.logger.error).toHaveBeenCalledWith(
      expect.stringContaining(text),
    );
  });

  it('finds a roll-up that is missing, and one of nothing', async () => {
    await database('rollup_daily')
      .where({ bucket: Date.UTC(2026, 10, 22) })
      .delete();
    await database('rollup_hourly')
      .where({ bucket: Date.UTC(2026, 9, 20, 10) })
      .update({ bucket: Date.UTC(2026, 9, 20, 11) });
    const { differences } = await books.check.run();
    expect(differences.map(each => [each.what, each.kept])).toEqual(
      expect.arrayContaining([
        ['rollup_hourly', '0'],
        ['rollup_hourly', '1'],
        ['rollup_daily', '0'],
      ]),
    );
  });

  it('finds a balance that is not the sum of its calls', async () => {
    await books.ledger.book([usageRecord({ requestId: 'call' })], {
      source: 'live',
    });
    await database('budget_balances')
      .where({ node_id: COMPANY, period: '2026-11' })
      .update({ settled_pico: 7 });
    const { differences } = await books.check.run();
    expect(differences).toEqual([
      expect.objectContaining({
        what: 'budget',
        when: '2026-11',
        about: COMPANY,
        kept: '7',
      }),
    ]);
  });

  it('finds a statement that somebody changed', async () => {
    await closeOctober();
    await database('closed_months').update({ statement: '{}' });
    const { differences } = await books.check.run();
    expect(differences).toEqual([
      expect.objectContaining({ what: 'statement', when: '2026-10' }),
    ]);
  });

  it('drops the lines of closed months when their time has come, and goes on without them', async () => {
    books.world.now = new Date('2027-01-15T12:00:00Z');
    await expect(books.retention.run()).resolves.toEqual([]); // nothing is closed
    await closeOctober();
    const dropped = await books.retention.run();
    expect(dropped.length).toBeGreaterThan(0);
    const days: number[] = await database('ledger_lines').pluck('occurred_on');
    expect(days.sort()).toEqual([0, 20261122, 20261122, 20261124]);
    await expect(books.retention.run()).resolves.toEqual([]);
    await expect(books.check.run()).resolves.toMatchObject({
      differences: [],
      days: 30 + 31 + 15,
    });
    const sum = await database('rollup_daily').sum({ cost: 'cost_pico' });
    expect(Number(sum[0].cost)).toBe(4 * 250 - 20);
  });

  it('keeps the lines of open months, however old', async () => {
    books.world.now = new Date(books.world.now.getTime() + 300 * DAY_MS);
    await closeOctober();
    await books.retention.run();
    const days: number[] = await database('ledger_lines').pluck('occurred_on');
    expect(Math.min(...days.filter(day => day > 0))).toBe(20261122);
  });

  it('puts usage aside that may have been booked before its lines were dropped', async () => {
    books.world.now = new Date('2027-01-15T12:00:00Z');
    await closeOctober();
    await books.retention.run();
    const { body } = await books.deliver(
      stringifyWithBigInt({
        replicaId: 'replica-1',
        records: [usageRecord({ occurredAt: '2026-10-20T10:00:00.000Z' })],
      }),
    );
    expect(body.rejected).toEqual([
      { index: 0, reason: expect.stringContaining('whether it was booked') },
    ]);
  });

  it('has departments between that may have moved', async () => {
    await database('budget_balances')
      .where({ node_id: COMMERCE })
      .update({ settled_pico: 7 });
    await expect(books.check.run()).resolves.toMatchObject({
      differenceCount: 0,
    });
    await database('budget_balances')
      .where({ node_id: CUSTOMER_CARE, period: '2026-11' })
      .update({ settled_pico: 7 });
    await expect(books.check.run()).resolves.toMatchObject({
      differenceCount: 1,
    });
  });
});

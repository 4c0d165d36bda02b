import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { clearBooks } from '../../__testUtils__/books';
import { createBooksApp } from '../../__testUtils__/booksApp';
import {
  CUSTOMER_CARE,
  ORGANISATION,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { createTestDatabases } from '../../__testUtils__/testDatabases';
import { ledgerLine, usageRecord } from '../../__testUtils__/usage';
import { applyMigrations } from '../../database/applyMigrations';
import { DepartmentTree } from '../../departments/DepartmentTree';
import { LedgerLine } from '../../ledger/LedgerLine';
import { readClosedThrough } from '../../ledger/closedMonths';
import { adjustmentOf } from '../invoices/adjustments';
import { digestOf } from './DatabaseMonthStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const OCTOBER = new Date('2026-10-20T10:00:00Z');

describe.each(databases.eachSupportedId())('closing a month, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    books = await createBooksApp({ database });
  });

  const bookAt = (occurredAt: Date, more: Partial<LedgerLine> = {}) =>
    books.ledger.post([ledgerLine({ occurredAt, ...more })]);
  const close = (month: string) =>
    books.post(`/v1/books/months/${month}/close`);
  const statement = async (month: string, format = 'json') =>
    (await books.get(`/v1/books/months/${month}/statement?format=${format}`))
      .text;
  const spendOf = async (month: string) => {
    const [from, to] = [`${month}-01T00:00:00Z`, `${month}-28T00:00:00Z`];
    const { body } = await books.get(
      `/v1/spend?from=${from}&to=${to}&interval=day&groupBy=department`,
    );
    return body;
  };

  it('freezes its statement: accounts that sum to zero, names of that day, a digest', async () => {
    await bookAt(OCTOBER, { cost: picoUsd(1500n), flags: ['estimated'] });
    await bookAt(OCTOBER, {
      requestId: 'request-2',
      departmentRef: RESEARCH,
      debit: { kind: 'suspense', owner: 'unknown-key' },
    });
    const { body } = await close('2026-10').expect(200);
    expect(body).toMatchObject({
      month: '2026-10',
      status: 'closed',
      closedBy: 'user:default/mock',
      totals: {
        requests: '2',
        departmentsPicoUsd: '1500',
        suspensePicoUsd: '250',
        clearingPicoUsd: '0',
        payablePicoUsd: '1750',
        estimatedPicoUsd: '1500',
      },
    });
    const text = await statement('2026-10');
    expect(digestOf(text)).toBe(body.digest);
    expect(JSON.parse(text)).toMatchObject({
      format: 'ai-mesh-statement/1',
      accounts: [
        { account: `expense:${CUSTOMER_CARE}`, balancePicoUsd: '1500' },
        { account: 'payable:openai', balancePicoUsd: '-1750' },
        { account: 'suspense:unknown-key', balancePicoUsd: '250' },
      ],
      departments: [
        {
          ref: CUSTOMER_CARE,
          title: 'Customer Care',
          path: ['Halden Group', 'Commerce', 'Customer Care'],
        },
        { ref: RESEARCH, title: 'Research' },
      ],
      applications: [{ title: 'Support Bot (EU)' }],
    });
    expect(books.auditEvent.success).toHaveBeenCalledWith({
      meta: { digest: body.digest, payablePicoUsd: '1750' },
    });
  });

  it('never changes a report of it, whatever comes afterwards', async () => {
    books.world.versions = [{ id: 'v1', rates: { input: '0.0000025' } }];
    const october = usageRecord({
      occurredAt: OCTOBER.toISOString(),
      lines: [
        {
          tokenClass: 'input',
          tokens: 1000n,
          priceVersionId: 'v1',
          costPicoUsd: picoUsd(2_500_000_000n),
        },
      ],
    });
    await books.ledger.book([october], { source: 'live' });
    await close('2026-10').expect(200);
    const before = {
      json: await statement('2026-10'),
      csv: await statement('2026-10', 'csv'),
      spend: await spendOf('2026-10'),
    };
    expect(before.csv).toContain('Halden Group / Commerce / Customer Care');
    expect(before.spend.total.costPicoUsd).toBe('2500000000');

    // a price that reaches back
    books.world.versions.push({ id: 'v2', rates: { input: '0.000005' } });
    await books.repricings.onBackDated({
      ...{ id: 'change-1', priceKey: 'openai/gpt-4o-mini', region: '' },
      ...{ serviceTier: 'standard', versionId: 'v2', replacedVersionId: 'v1' },
      ...{ from: '2026-10-01T00:00:00Z', to: '2026-11-22T00:00:00Z' },
    });
    await expect(books.repricings.run()).resolves.toBe(1n);
    // usage that comes late
    await books.ledger.book([{ ...october, requestId: 'late' }], {
      source: 'live',
    });
    // the difference to an invoice
    await books.ledger.post([
      adjustmentOf(
        { id: 1, month: 202610, provider: 'openai' },
        {
          ...{ model: 'mini', invoicedPicoUsd: picoUsd(7n) },
          ...{ ledgerPicoUsd: picoUsd(0n), differencePicoUsd: picoUsd(7n) },
          ...{ isBeyondTolerance: true, isInvoiced: true },
        },
        0,
      ),
    ]);
    // a department with another name
    books.world.tree = new DepartmentTree(
      ORGANISATION.all().map(each =>
        each.ref === CUSTOMER_CARE ? { ...each, title: 'Guest Care' } : each,
      ),
    );
    books.world.applicationTitles.clear();

    expect({
      json: await statement('2026-10'),
      csv: await statement('2026-10', 'csv'),
      spend: await spendOf('2026-10'),
    }).toEqual(before);
    // it lands in the open month, where everybody sees it
    const november = await books.get('/v1/books/months');
    expect(november.body.items).toEqual([
      expect.objectContaining({
        month: '2026-11',
        status: 'open',
        totals: expect.objectContaining({
          departmentsPicoUsd: '5000000000', // the late call, and 2.5 more for the restated one
          clearingPicoUsd: '7',
          correctionsPicoUsd: '5000000007',
        }),
      }),
      expect.objectContaining({ month: '2026-10', status: 'closed' }),
    ]);
    const late = await books.get(
      '/v1/books/quality/lines?month=2026-11&flag=late',
    );
    expect(
      late.body.items.map((each: { requestId: string; revision: number }) => [
        each.requestId.slice(0, 9),
        each.revision,
      ]),
    ).toEqual([
      ['invoice/1', 0],
      ['late', 0],
      ['request-1', 1],
      ['request-1', 2],
    ]);
  });

  it('goes by the time for which a line counts, so a report of it reads other lines than those of the open month', async () => {
    await bookAt(OCTOBER);
    await close('2026-10').expect(200);
    await bookAt(OCTOBER, { requestId: 'late' });
    await expect(
      database('ledger_lines')
        .orderBy('request_id')
        .select('request_id', 'occurred_on', 'posted_on'),
    ).resolves.toEqual([
      { request_id: 'late', occurred_on: 20261020, posted_on: 20261122 },
      { request_id: 'request-1', occurred_on: 20261020, posted_on: 20261020 },
    ]);
  });

  it.each([
    ['2026-11', 'is not over'],
    ['2026-10', 'Close 2026-09 first'],
    ['2026-08', 'Nothing was posted'],
  ])('refuses %s: %s', async (month, reason) => {
    await bookAt(new Date('2026-09-01T00:00:00Z'));
    const { status, body } = await close(month);
    expect([status, body.error.message]).toEqual([
      409,
      expect.stringContaining(reason),
    ]);
    await expect(readClosedThrough(database)).resolves.toBe(0);
  });

  it('refuses the first hour after its end, and a second time', async () => {
    await bookAt(OCTOBER);
    books.world.now = new Date('2026-11-01T00:59:59Z');
    await close('2026-10').expect(409);
    books.world.now = new Date('2026-11-01T01:00:00Z');
    await close('2026-10').expect(200);
    const again = await close('2026-10').expect(409);
    expect(again.body.error.message).toBe('2026-10 is closed already');
  });

  it('closes a month without usage, too', async () => {
    await bookAt(new Date('2026-09-30T00:00:00Z'));
    await close('2026-09').expect(200);
    const { body } = await close('2026-10').expect(200);
    expect(body.totals.payablePicoUsd).toBe('0');
  });

  it('refuses when a roll-up is not the sum of its lines, and says which', async () => {
    await bookAt(OCTOBER);
    await database('rollup_hourly').update({ cost_pico: 251 });
    const { body } = await close('2026-10').expect(409);
    expect(body.error.message).toContain(
      `rollup_hourly are not those of their lines. The first one: 2026-10-20T10:00Z, ${CUSTOMER_CARE}, mini, input: cost_pico is 251, the lines sum to 250`,
    );
    await expect(readClosedThrough(database)).resolves.toBe(0);
  });

  it('lets nothing be posted into it by whoever books in the same moment', async () => {
    await bookAt(OCTOBER);
    const usage = Array.from({ length: 20 }, (_, index) =>
      books.ledger.book(
        [
          usageRecord({
            requestId: `parallel-${index}`,
            occurredAt: OCTOBER.toISOString(),
          }),
        ],
        { source: 'live' },
      ),
    );
    const [{ body }] = await Promise.all([
      close('2026-10').expect(200),
      ...usage,
    ]);
    const read = async (month: number) =>
      Number(
        (
          await database('ledger_lines')
            .whereBetween('posted_on', [month * 100, month * 100 + 31])
            .sum({ sum: 'cost_pico' })
        )[0].sum ?? 0,
      );
    const october = await read(202610);
    expect(Number(body.totals.payablePicoUsd)).toBe(october);
    expect(october + (await read(202611))).toBe(21 * 250);
  });

  it('closes once when two people close it in the same moment', async () => {
    await bookAt(OCTOBER);
    const answers = await Promise.all([close('2026-10'), close('2026-10')]);
    expect(answers.map(each => each.status).sort()).toEqual([200, 409]);
  });

  it('is read and closed only by those who may', async () => {
    await bookAt(OCTOBER);
    const reader = await createBooksApp({
      database,
      may: ['ai-mesh.books.read'],
    });
    const { body } = await reader.get('/v1/books/months').expect(200);
    expect(body.canClose).toBe(false);
    await reader.post('/v1/books/months/2026-10/close').expect(403);
    expect(reader.auditEvent.fail).toHaveBeenCalled();
    const nobody = await createBooksApp({ database, may: [] });
    await nobody.get('/v1/books/months').expect(403);
    await nobody.get('/v1/books/months/2026-10/statement').expect(403);
  });

  it('has no statement while it is open', async () => {
    await bookAt(OCTOBER);
    await books.get('/v1/books/months/2026-10/statement').expect(404);
    await books.get('/v1/books/months/2026-13/statement').expect(400);
  });

  it('keeps spreadsheets from running names', async () => {
    await bookAt(OCTOBER, { model: '=cmd|run' });
    await close('2026-10').expect(200);
    expect(await statement('2026-10', 'csv')).toContain(`,'=cmd|run,`);
  });

  it('starts with no month', async () => {
    const { body } = await books.get('/v1/books/months');
    expect(body).toEqual({ items: [], canClose: true });
  });
});

import { Knex } from 'knex';
import request from 'supertest';
import { clearBooks } from '../__testUtils__/books';
import { createLedgerApp } from '../__testUtils__/ledgerApp';
import {
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { applyMigrations } from '../database/applyMigrations';
import { bookAutumn } from './__testUtils__/focusLedger';
import { readExport } from './__testUtils__/focusFiles';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const ALL = [COMPANY, COMMERCE, CUSTOMER_CARE, ONLINE_STORE, RESEARCH];

describe.each(databases.eachSupportedId())('GET /v1/exports/focus, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    await clearBooks(database);
    await bookAutumn(database);
  });

  async function get(query: Record<string, string>, allowed = ALL) {
    const app = await createLedgerApp({
      database,
      now: () => new Date('2026-11-22T12:00:00Z'),
      allowed: { 'ai-mesh.spend.read': allowed },
    });
    const answer = await request(app.app)
      .get('/v1/exports/focus')
      .query({ month: '2026-10', ...query })
      .buffer()
      .parse((response, done) => {
        const pieces: Buffer[] = [];
        response.on('data', piece => pieces.push(piece));
        response.on('end', () => done(null, Buffer.concat(pieces)));
      });
    return { ...app, answer };
  }

  it.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['parquet', 'application/vnd.apache.parquet'],
  ] as const)('answers with a file, %s', async (format, contentType) => {
    const { answer, auditor, auditEvent } = await get({
      format,
      version: '1.3',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': contentType,
      'content-disposition': `attachment; filename="focus-1.3-2026-10.${format}"`,
      'cache-control': 'no-store',
    });
    const { rows } = await readExport(answer.body, format);
    expect(rows.length).toBeGreaterThan(10);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'focus-export',
        meta: { month: '2026-10', format, version: '1.3' },
      }),
    );
    expect(auditEvent.success).toHaveBeenCalledWith({
      meta: { rowCount: rows.length },
    });
  });

  it('gives the same bytes again', async () => {
    const [one, two] = [
      await get({ format: 'parquet' }),
      await get({ format: 'parquet' }),
    ];
    expect(Buffer.compare(one.answer.body, two.answer.body)).toBe(0);
  });

  it.each([
    [
      'everything, also what belongs to nobody',
      {},
      ALL,
      [CUSTOMER_CARE, RESEARCH, ''],
      3,
    ],
    ['a department', { departmentRef: RESEARCH }, ALL, [RESEARCH], 0],
    [
      'a unit with all below it',
      { departmentRef: COMMERCE },
      ALL,
      [CUSTOMER_CARE],
      0,
    ],
    [
      'what may be seen',
      {},
      [COMPANY, COMMERCE, CUSTOMER_CARE],
      [CUSTOMER_CARE],
      0,
    ],
    ['what is both', { departmentRef: COMPANY }, [RESEARCH], [RESEARCH], 0],
  ])('holds %s', async (_what, query, allowed, departments, rowsOfNobody) => {
    const { answer } = await get({ version: '1.2', ...query }, allowed);
    const { rows } = await readExport(answer.body, 'csv');
    expect(new Set(rows.map(row => row.SubAccountId ?? ''))).toEqual(
      new Set(departments),
    );
    const ofNobody = rows.filter(row => row.SubAccountId === null);
    // an adjustment, and of two days what nobody had of the machines
    expect(ofNobody).toHaveLength(rowsOfNobody);
  });

  it.each([
    ['without the permission', {}, []],
    ['for a foreign department', { departmentRef: RESEARCH }, [COMMERCE]],
    [
      'for an unknown one, with the same words',
      { departmentRef: 'group:x/y' },
      ALL,
    ],
  ])('refuses %s', async (_what, query, allowed) => {
    const { answer, auditEvent } = await get(query, allowed);
    expect(answer.status).toBe(403);
    expect(answer.body.toString()).toContain(
      'You lack the permission ai-mesh.spend.read',
    );
    expect(auditEvent.fail).toHaveBeenCalled();
  });

  it.each([
    [{ month: '2026-13' }, 'month: expected a month such as 2026-11'],
    [{ month: '2026-12' }, 'month: has not begun yet'],
    [{ version: '1.1' }, 'version: '],
    [{ format: 'xlsx' }, 'format: '],
  ])('says what is wrong with %j', async (query, message) => {
    const { answer } = await get(query);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain(message);
  });
});

describe('a broken export', () => {
  it('is answered as an error when nothing was sent yet', async () => {
    const database = await databases.init('SQLITE_3');
    const { app } = await createLedgerApp({
      database: await migrated(database),
      now: () => new Date('2026-11-22T12:00:00Z'),
      allowed: { 'ai-mesh.spend.read': ALL },
    });
    await database.raw('alter table rollup_daily rename to rollup_gone');
    const answer = await request(app).get('/v1/exports/focus?month=2026-10');
    expect(answer.status).toBe(500);
    expect(answer.headers['content-disposition']).toBeUndefined();
  });
});

async function migrated(database: Knex): Promise<Knex> {
  await applyMigrations(database);
  return database;
}

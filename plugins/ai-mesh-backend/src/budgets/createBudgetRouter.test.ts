import { mockCredentials } from '@backstage/backend-test-utils';
import {
  budgetPageSchema,
  budgetSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import request from 'supertest';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks } from '../__testUtils__/books';
import { createLedgerApp } from '../__testUtils__/ledgerApp';
import {
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { usageRecord } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('budget routes, %p', id => {
  let database: Knex;
  let context: Awaited<ReturnType<typeof createLedgerApp>>;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    context = await createLedgerApp({
      database,
      now: () => new Date('2026-11-22T12:00:00Z'),
      allowed: {
        'ai-mesh.department.read': [CUSTOMER_CARE, COMMERCE],
        'ai-mesh.budget.update': [COMMERCE],
      },
    });
  });

  const put = (departmentRef: string, body: object) =>
    request(context.app)
      .put(`/v1/budgets/${encodeURIComponent(departmentRef)}`)
      .send(body);

  it('lists what the caller may see, in the order of the tree', async () => {
    await context.budgets.setLimit(COMMERCE, picoUsd(1000n), {
      by: 'user:default/priya',
    });
    await context.ledger.book([usageRecord()], { source: 'live' });
    const { body } = await request(context.app).get('/v1/budgets').expect(200);
    const { items, total } = budgetPageSchema.parse(body);
    expect(total).toBe(2);
    expect(items).toEqual([
      {
        departmentRef: COMMERCE,
        title: 'Commerce',
        type: 'department',
        parentRef: COMPANY,
        costCentre: 'CC1',
        depth: 1,
        period: '2026-11',
        limitPicoUsd: 1000n,
        spentPicoUsd: 250n,
        leasedPicoUsd: 0n,
        leftPicoUsd: 750n,
        canUpdate: true,
      },
      expect.objectContaining({
        departmentRef: CUSTOMER_CARE,
        spentPicoUsd: 250n,
        canUpdate: false,
      }),
    ]);
    expect(items[1].limitPicoUsd).toBeUndefined();
  });

  it('sets a limit exactly, says so to the auditor, and takes it away again', async () => {
    const limitUsd = '9007.199254740993';
    const set = await put(COMMERCE, { limitUsd }).expect(200);
    expect(budgetSchema.parse(set.body).limitPicoUsd).toBe(9007199254740993n);
    expect(context.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'budget-update',
        meta: { departmentRef: COMMERCE },
      }),
    );
    expect(context.auditEvent.success).toHaveBeenCalledWith({
      meta: { limitPicoUsd: '9007199254740993' },
    });
    const taken = await put(COMMERCE, { limitUsd: null }).expect(200);
    expect(budgetSchema.parse(taken.body).limitPicoUsd).toBeUndefined();
  });

  it.each([
    ['below zero', { limitUsd: '-1' }],
    ['finer than a pico-dollar', { limitUsd: '0.0000000000001' }],
    ['no number', { limitUsd: 'plenty' }],
    ['above what a database holds', { limitUsd: '9000000.01' }],
    ['a JSON number', { limitUsd: 5 }],
    ['missing', {}],
  ])('names the field when the limit is %s', async (_what, body) => {
    const answer = await put(COMMERCE, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain('limitUsd');
    expect(context.auditEvent.fail).toHaveBeenCalled();
  });

  it.each([CUSTOMER_CARE, RESEARCH, 'group:default/nobody'])(
    'refuses a caller who may not set the budget of %s',
    async departmentRef => {
      await put(departmentRef, { limitUsd: '5' }).expect(403);
      const rows = await database('budgets').select();
      expect(rows).toEqual([]);
    },
  );

  it('is closed to those who did not sign in', async () => {
    await request(context.app)
      .get('/v1/budgets')
      .set('authorization', mockCredentials.none.header())
      .expect(401);
  });
});

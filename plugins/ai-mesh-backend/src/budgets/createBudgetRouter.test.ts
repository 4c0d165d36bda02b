import { mockCredentials } from '@backstage/backend-test-utils';
import {
  budgetPageSchema,
  budgetSchema,
  DEFAULT_BUDGET_RULES,
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
  ORGANISATION,
  RESEARCH,
} from '../__testUtils__/organisation';
import { KEY_ID, usageRecord } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const MINI = {
  name: 'mini',
  kind: 'chat' as const,
  contextTokens: 1000,
  maxOutputTokens: 100,
  targets: [],
};

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
        id: COMMERCE,
        level: 'department',
        ref: COMMERCE,
        departmentRef: COMMERCE,
        title: 'Commerce',
        type: 'department',
        parentRef: COMPANY,
        costCentre: 'CC1',
        depth: 1,
        period: '2026-11',
        timeZone: 'UTC',
        limitPicoUsd: 1000n,
        effectiveLimitPicoUsd: 1000n,
        carriedPicoUsd: 0n,
        topUpPicoUsd: 0n,
        kind: 'hard',
        carryOver: 'none',
        rules: DEFAULT_BUDGET_RULES,
        spentPicoUsd: 250n,
        leasedPicoUsd: 0n,
        leftPicoUsd: 750n,
        isEndGame: false,
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
        meta: { budgetId: COMMERCE },
      }),
    );
    expect(context.auditEvent.success).toHaveBeenCalledWith({
      meta: {
        limitPicoUsd: '9007199254740993',
        kind: 'hard',
        carryOver: 'none',
        rules: ['50: notify', '80: notify', '90: notify', '100: notify'],
      },
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
      const rows = await database('budget_nodes').select();
      expect(rows).toEqual([]);
    },
  );

  it('changes what is named and leaves the rest, and removes the budget', async () => {
    await put(COMMERCE, { limitUsd: '5' }).expect(200);
    const rules = [
      { at: 90, then: { action: 'cap-output', maxOutputTokens: 100 } },
      { at: 'projected-breach', then: { action: 'notify' } },
    ];
    const changed = await request(context.app)
      .patch(`/v1/budgets/${encodeURIComponent(COMMERCE)}`)
      .send({ kind: 'soft', carryOver: 'unused', rules })
      .expect(200);
    expect(budgetSchema.parse(changed.body)).toMatchObject({
      limitPicoUsd: 5_000_000_000_000n,
      kind: 'soft',
      carryOver: 'unused',
      rules,
    });
    const removed = await request(context.app)
      .delete(`/v1/budgets/${encodeURIComponent(COMMERCE)}`)
      .expect(200);
    expect(budgetSchema.parse(removed.body).limitPicoUsd).toBeUndefined();
  });

  it.each([
    ['rules.0.at', { rules: [{ at: 0, then: { action: 'notify' } }] }],
    ['rules.0.at', { rules: [{ at: 'never', then: { action: 'notify' } }] }],
    [
      'rules.0.then.maxOutputTokens',
      {
        rules: [{ at: 9, then: { action: 'cap-output', maxOutputTokens: 0 } }],
      },
    ],
    [
      'rules.1',
      {
        rules: [
          { at: 9, then: { action: 'block' } },
          { at: 9, then: { action: 'block' } },
        ],
      },
    ],
    ['kind', { kind: 'firm' }],
    ['carryOver', { carryOver: 'all' }],
  ])('names the field %s', async (field, body) => {
    const answer = await put(COMMERCE, { limitUsd: '5', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(`${field}: `);
  });

  it('keeps budgets of applications, keys, cost centres and models, each to those who may', async () => {
    const open = await createLedgerApp({
      database,
      now: () => new Date('2026-11-22T12:00:00Z'),
      models: [MINI],
      allowed: {
        'ai-mesh.department.read': ORGANISATION.all().map(({ ref }) => ref),
        'ai-mesh.budget.update': ORGANISATION.all().map(({ ref }) => ref),
      },
    });
    const ids = [
      'cost-centre:CC1',
      'component:default/support-bot',
      'component:default/lab',
      `key:${KEY_ID}`,
      `key:${KEY_ID}#mini`,
    ];
    await open.ledger.book([usageRecord()], { source: 'live' });
    for (const budgetId of ids) {
      await request(open.app)
        .put(`/v1/budgets/${encodeURIComponent(budgetId)}`)
        .send({ limitUsd: '1' })
        .expect(200);
    }
    const idsFor = async (app: typeof open.app) =>
      budgetPageSchema
        .parse((await request(app).get('/v1/budgets')).body)
        .items.map(each => `${each.id} ${each.spentPicoUsd}`)
        .filter(each => !each.startsWith('group:'));
    await expect(idsFor(open.app)).resolves.toEqual([
      'component:default/lab 0',
      'component:default/support-bot 250',
      'cost-centre:CC1 250',
      `key:${KEY_ID} 250`,
      `key:${KEY_ID}#mini 250`,
    ]);
    // a cost centre is a sum over departments that this caller may not see
    await expect(idsFor(context.app)).resolves.toEqual([
      'component:default/support-bot 250',
      `key:${KEY_ID} 250`,
      `key:${KEY_ID}#mini 250`,
    ]);
    await put('cost-centre:CC1', { limitUsd: '2' }).expect(403);
    await put(`key:${KEY_ID}`, { limitUsd: '2' }).expect(403);
    await put('nonsense', { limitUsd: '2' }).expect(403);
  });

  it('names a model that nobody knows', async () => {
    const answer = await put(`${COMMERCE}#gtp-4o`, { limitUsd: '5' });
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toBe('model: there is no model "gtp-4o"');
  });

  it('is closed to those who did not sign in', async () => {
    await request(context.app)
      .get('/v1/budgets')
      .set('authorization', mockCredentials.none.header())
      .expect(401);
  });
});

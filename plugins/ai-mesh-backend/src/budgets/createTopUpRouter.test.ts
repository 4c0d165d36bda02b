import { mockCredentials } from '@backstage/backend-test-utils';
import {
  picoUsd,
  topUpPageSchema,
  topUpSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import request from 'supertest';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks } from '../__testUtils__/books';
import { createLedgerApp } from '../__testUtils__/ledgerApp';
import { COMMERCE, RESEARCH } from '../__testUtils__/organisation';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const DANA = mockCredentials.user.header('user:default/dana');
const PRIYA = mockCredentials.user.header('user:default/priya');

describe.each(databases.eachSupportedId())('top-up routes, %p', id => {
  let database: Knex;
  let context: Awaited<ReturnType<typeof createLedgerApp>>;
  let now: Date;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    now = new Date('2026-11-22T12:00:00Z');
    context = await createLedgerApp({
      database,
      now: () => now,
      allowed: {
        'ai-mesh.department.read': [COMMERCE],
        'ai-mesh.budget.update': [COMMERCE],
      },
    });
    await context.budgets.setLimit(COMMERCE, picoUsd(1000n), {
      by: 'user:default/priya',
    });
  });

  const ask = (body: object, ref = COMMERCE, who = DANA) =>
    request(context.app)
      .post(`/v1/budgets/${encodeURIComponent(ref)}/top-ups`)
      .set('authorization', who)
      .send(body);
  const decide = (topUpId: string, body: object, who = PRIYA) =>
    request(context.app)
      .post(`/v1/budget-top-ups/${topUpId}/decision`)
      .set('authorization', who)
      .send(body);
  const list = async (who = DANA, query = '') =>
    topUpPageSchema.parse(
      (
        await request(context.app)
          .get(`/v1/budget-top-ups${query}`)
          .set('authorization', who)
          .expect(200)
      ).body,
    );
  const budget = async () =>
    (await context.budgets.list([COMMERCE], { updatable: [] }))[0];
  const WISH = { amountUsd: '0.000000000500', reason: 'The launch' };

  it('raises the limit from the approval by somebody else until its end', async () => {
    const { body } = await ask({
      ...WISH,
      endsAt: '2026-11-23T12:00:00Z',
    }).expect(201);
    const topUp = topUpSchema.parse(body);
    expect(topUp).toMatchObject({
      budgetId: COMMERCE,
      title: 'Commerce',
      amountPicoUsd: 500n,
      state: 'requested',
      requestedBy: 'user:default/dana',
      isActive: false,
      canDecide: false,
    });
    expect((await budget()).effectiveLimitPicoUsd).toBe(1000n);
    expect((await list(PRIYA)).items[0].canDecide).toBe(true);
    expect((await list(DANA)).items[0].canDecide).toBe(false);

    const own = await decide(
      topUp.id,
      { state: 'approved', decision: 'Me' },
      DANA,
    ).expect(403);
    expect(own.body.error.message).toBe(
      'A top-up is decided on by somebody else than who asked for it',
    );
    now = new Date('2026-11-22T13:00:00Z');
    const decided = await decide(topUp.id, {
      state: 'approved',
      decision: 'A good launch is worth it',
    }).expect(200);
    expect(topUpSchema.parse(decided.body)).toMatchObject({
      state: 'approved',
      startsAt: '2026-11-22T13:00:00.000Z',
      decidedBy: 'user:default/priya',
      decision: 'A good launch is worth it',
      isActive: true,
      canDecide: false,
    });
    expect(await budget()).toMatchObject({
      limitPicoUsd: 1000n,
      topUpPicoUsd: 500n,
      effectiveLimitPicoUsd: 1500n,
    });
    await decide(topUp.id, { state: 'rejected', decision: 'No' }).expect(409);

    now = new Date('2026-11-23T12:00:00Z');
    expect((await budget()).effectiveLimitPicoUsd).toBe(1000n);
    expect((await list()).items[0].isActive).toBe(false);
  });

  it('leaves the limit alone when it is rejected', async () => {
    const { body } = await ask(WISH).expect(201);
    await decide(body.id, { state: 'rejected', decision: 'Too dear' }).expect(
      200,
    );
    expect((await budget()).effectiveLimitPicoUsd).toBe(1000n);
    expect(await list(DANA, '?state=rejected')).toMatchObject({ total: 1 });
    expect(await list(DANA, '?state=approved')).toEqual({
      items: [],
      total: 0,
    });
  });

  it('does not approve what is over', async () => {
    const { body } = await ask({
      ...WISH,
      endsAt: '2026-11-22T12:01:00Z',
    }).expect(201);
    now = new Date('2026-11-22T12:01:00Z');
    await decide(body.id, { state: 'approved', decision: 'Late' }).expect(409);
  });

  it.each([
    ['amountUsd', { ...WISH, amountUsd: '0' }],
    ['amountUsd', { ...WISH, amountUsd: '-5' }],
    ['amountUsd', { ...WISH, amountUsd: '1000001' }],
    ['amountUsd', { ...WISH, amountUsd: 'much' }],
    ['reason', { ...WISH, reason: ' ' }],
    ['endsAt', { ...WISH, endsAt: '2026-11-22T11:00:00Z' }],
    ['endsAt', { ...WISH, endsAt: '2026-12-01T00:00:01Z' }],
    [
      'endsAt',
      {
        ...WISH,
        startsAt: '2026-11-23T00:00:00Z',
        endsAt: '2026-11-23T00:00:00Z',
      },
    ],
    ['startsAt', { ...WISH, startsAt: 'tomorrow' }],
  ])('names the field %s of %j', async (field, body) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(`${field}: `);
  });

  it('tops up nothing that has no limit, and nothing that the caller may not see', async () => {
    await ask(WISH, RESEARCH).expect(403);
    await context.budgets.setLimit(COMMERCE, undefined, { by: 'x' });
    const answer = await ask(WISH);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain('amountUsd: there is no limit');
  });

  it('audits what is asked for and decided', async () => {
    const { body } = await ask(WISH).expect(201);
    await decide(body.id, { state: 'approved', decision: 'Yes' }).expect(200);
    const events = context.auditor.createEvent.mock.calls.map(
      ([event]) => event.eventId,
    );
    expect(events).toEqual(['budget-top-up-request', 'budget-top-up-decision']);
    expect(context.auditEvent.success).toHaveBeenLastCalledWith({
      meta: { budgetId: COMMERCE, state: 'approved', amountPicoUsd: '500' },
    });
  });

  it('is closed to those who did not sign in', async () => {
    const nobody = mockCredentials.none.header();
    await ask(WISH, COMMERCE, nobody).expect(401);
    await decide('any', { state: 'approved', decision: 'x' }, nobody).expect(
      401,
    );
    for (const path of ['budget-top-ups', 'budget-alerts']) {
      await request(context.app)
        .get(`/v1/${path}`)
        .set('authorization', nobody)
        .expect(401);
    }
  });
});

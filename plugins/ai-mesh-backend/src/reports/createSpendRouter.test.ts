import {
  KeyId,
  picoUsd,
  SpendReport,
  spendReportSchema,
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
  ONLINE_STORE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { KEY_ID, usageRecord } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const ALL = [COMPANY, COMMERCE, CUSTOMER_CARE, ONLINE_STORE, RESEARCH];
const NOVEMBER = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

describe.each(databases.eachSupportedId())('spend routes, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(() => clearBooks(database));

  async function createApp(allowed = ALL) {
    return createLedgerApp({
      database,
      now: () => new Date('2026-11-22T12:00:00Z'),
      allowed: { 'ai-mesh.spend.read': allowed },
    });
  }

  async function report(
    query: Record<string, string | number>,
    allowed?: string[],
  ): Promise<SpendReport> {
    const { app } = await createApp(allowed);
    const answer = await request(app)
      .get('/v1/spend')
      .query({ ...NOVEMBER, ...query })
      .expect(200);
    return spendReportSchema.parse(answer.body);
  }

  async function book(...records: Parameters<typeof usageRecord>[0][]) {
    const { ledger } = await createApp();
    await ledger.book(
      records.map((record, index) =>
        usageRecord({ requestId: `request-${index}`, ...record }),
      ),
      { source: 'live' },
    );
  }

  it('reports totals, a series and rows that agree with each other, exactly', async () => {
    const odd = picoUsd(2n ** 53n + 1n);
    await book(
      { cost: odd, model: 'large', avoidedPicoUsd: picoUsd(-2n) },
      { cost: odd, model: 'large', departmentRef: RESEARCH, estimated: true },
      {
        cost: picoUsd(1n),
        occurredAt: '2026-11-21T00:00:00Z',
        requestedModel: 'large',
        servedBecause: 'specialist',
        avoidedPicoUsd: odd,
      },
    );
    await expect(report({ groupBy: 'model' })).resolves.toEqual({
      total: {
        requests: 3n,
        inputTokens: 300n,
        outputTokens: 0n,
        costPicoUsd: 2n * odd + 1n,
        otherPicoUsd: 0n,
        estimatedPicoUsd: odd,
        avoidedPicoUsd: odd - 2n,
      },
      series: [
        { from: '2026-11-21T00:00:00.000Z', id: 'mini', costPicoUsd: 1n },
        {
          from: '2026-11-22T00:00:00.000Z',
          id: 'large',
          costPicoUsd: 2n * odd,
        },
      ],
      rows: [
        {
          id: 'large',
          label: 'large',
          requests: 2n,
          inputTokens: 200n,
          outputTokens: 0n,
          costPicoUsd: 2n * odd,
          otherPicoUsd: 0n,
          estimatedPicoUsd: odd,
          avoidedPicoUsd: -2n,
        },
        expect.objectContaining({
          id: 'mini',
          costPicoUsd: 1n,
          avoidedPicoUsd: odd,
        }),
      ],
      rowCount: 2,
      containsDemoData: false,
    });
  });

  it.each([
    ['everything that is allowed', {}, [CUSTOMER_CARE, RESEARCH], 101n],
    ['a department with all below it', { departmentRef: COMMERCE }, ALL, 11n],
    ['what is both', { departmentRef: COMMERCE }, [CUSTOMER_CARE], 1n],
    ['nothing of a foreign one', { departmentRef: RESEARCH }, [COMMERCE], 0n],
    ['nothing of an unknown one', { departmentRef: 'group:x/y' }, ALL, 0n],
    ['nothing without the permission', {}, [], 0n],
  ])('counts %s', async (_what, query, allowed, cost) => {
    await book(
      { departmentRef: CUSTOMER_CARE, cost: picoUsd(1n) },
      { departmentRef: ONLINE_STORE, cost: picoUsd(10n) },
      { departmentRef: RESEARCH, cost: picoUsd(100n) },
    );
    const { total, rowCount } = await report(query, allowed);
    expect(total.costPicoUsd).toBe(cost);
    expect(rowCount).toBe(cost === 0n ? 0 : 1);
  });

  it.each([
    ['department', 'Customer Care', CUSTOMER_CARE],
    ['application', 'Support Bot (EU)', 'component:default/support-bot'],
    ['model', 'mini', 'mini'],
    ['key', 'Key of the bot', KEY_ID],
  ])('names a %s', async (groupBy, label, rowId) => {
    await database('gateway_keys').where({ id: KEY_ID }).delete();
    await database('gateway_keys').insert({
      id: KEY_ID,
      name: 'Key of the bot',
      hash: 'f'.repeat(64),
      last_four: 'wxyz',
      application_ref: 'component:default/support-bot',
      department_ref: CUSTOMER_CARE,
      models: '[]',
      issued_by: 'user:default/dana',
      issued_at: '2026-11-22T10:00:00.000Z',
      expires_at: '2026-12-22T10:00:00.000Z',
    });
    await book({});
    const { rows } = await report({ groupBy });
    expect(rows).toEqual([expect.objectContaining({ id: rowId, label })]);
  });

  it('names an application that has left the catalog by its reference', async () => {
    await book({ applicationRef: 'component:default/old-shop' });
    const { rows } = await report({ groupBy: 'application' });
    expect(rows[0].label).toBe('Old shop');
  });

  it('falls back to the id of a key that is not there', async () => {
    await book({ keyId: 'ZZZZZZZZZZZZ' as KeyId });
    const { rows } = await report({ groupBy: 'key' });
    expect(rows[0].label).toBe('ZZZZZZZZZZZZ');
  });

  it('shows the eight dearest groups and puts the rest together', async () => {
    await book(
      ...Array.from({ length: 11 }, (_, index) => ({
        model: `model-${index}`,
        cost: picoUsd(BigInt(index + 1)),
      })),
    );
    const { series, rows, rowCount } = await report({ limit: 3, offset: 9 });
    expect(series).toHaveLength(9);
    expect(series.find(point => point.id === 'other')?.costPicoUsd).toBe(6n);
    expect(rowCount).toBe(11);
    expect(rows.map(row => row.id)).toEqual(['model-1', 'model-0']);
  });

  it.each([
    ['cost', 'asc', ['b', 'c', 'a']],
    ['cost', 'desc', ['a', 'b', 'c']],
    ['label', 'desc', ['c', 'b', 'a']],
    ['requests', 'desc', ['b', 'a', 'c']],
    ['tokens', 'asc', ['a', 'c', 'b']],
  ])('orders by %s %s, equal rows by id', async (orderBy, order, ids) => {
    await book(
      { model: 'a', cost: picoUsd(5n) },
      { model: 'b', cost: picoUsd(1n) },
      { model: 'b', cost: picoUsd(1n) },
      { model: 'c', cost: picoUsd(2n) },
    );
    const { rows } = await report({ orderBy, order });
    expect(rows.map(row => row.id)).toEqual(ids);
  });

  it('shows a call of this minute in a report up to now, by the hour', async () => {
    await book({ occurredAt: '2026-11-22T12:34:56Z' });
    const { series } = await report({
      interval: 'hour',
      from: '2026-11-22T12:20:00Z',
      to: '2026-11-22T12:35:00Z',
    });
    expect(series).toEqual([
      expect.objectContaining({ from: '2026-11-22T12:00:00.000Z' }),
    ]);
  });

  it('says when demo history is part of it', async () => {
    const { ledger } = await createApp();
    await ledger.book([usageRecord()], { source: 'demo' });
    await expect(report({})).resolves.toMatchObject({ containsDemoData: true });
  });

  it.each([
    ['to', { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }],
    ['from', { from: '2025-10-01T00:00:00Z' }],
    ['from', { from: '2026-10-01T00:00:00Z', interval: 'hour' }],
    ['groupBy', { groupBy: 'person' }],
    ['limit', { limit: '1000' }],
  ])('names the field `%s` when it is wrong: %j', async (field, query) => {
    const { app } = await createApp();
    const answer = await request(app)
      .get('/v1/spend')
      .query({ ...NOVEMBER, ...query });
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(new RegExp(`^${field}: `));
  });
});

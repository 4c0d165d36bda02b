import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import {
  meshUsageSinkExtensionPoint,
  UsageSink,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { FakeClickHouse } from './__testUtils__/FakeClickHouse';
import { sinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node/testUtils';
import aiMeshClickHouseModule from '.';

/** A plugin `ai-mesh` that only takes sinks, with the module in it. */
async function startModule(clickHouse: JsonObject): Promise<UsageSink> {
  const sinks: UsageSink[] = [];
  await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'ai-mesh',
        register(env) {
          env.registerExtensionPoint(meshUsageSinkExtensionPoint, {
            addSink: sink => {
              sinks.push(sink);
            },
          });
          env.registerInit({ deps: {}, async init() {} });
        },
      }),
      aiMeshClickHouseModule,
      mockServices.rootConfig.factory({ data: { aiMesh: { clickHouse } } }),
    ],
  });
  return sinks[0];
}

describe('the ClickHouse module', () => {
  let server: FakeClickHouse;
  let url: string;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    server = new FakeClickHouse();
    url = await server.start();
  });
  afterEach(() => server.stop());

  const inserts = () =>
    server.received.filter(each => each.statement.startsWith('INSERT'));

  it('makes table, sums and view at the start, and inserts rows that ClickHouse reads exactly', async () => {
    const sink = await startModule({
      url,
      database: 'finance',
      table: 'usage',
      username: 'mesh',
      password: 'a secret',
    });
    expect(sink.id).toBe('clickhouse');
    const heads = server.received.map(each => each.statement.split(' (')[0]);
    expect(heads).toEqual([
      'CREATE TABLE IF NOT EXISTS finance.usage',
      'CREATE TABLE IF NOT EXISTS finance.usage_hourly',
      expect.stringMatching(
        /^CREATE MATERIALIZED VIEW IF NOT EXISTS finance.usage_hourly_view TO finance.usage_hourly AS/,
      ),
    ]);
    expect(server.received[0].statement).toMatch(
      /cost_usd Decimal\(38, 12\).+ENGINE = MergeTree\s+PARTITION BY toYYYYMM\(posted_at\)\s+ORDER BY \(department_ref, model, posted_at\)/s,
    );

    const huge = '-9007199254740993000000000001';
    await sink.write(
      [
        sinkLine(),
        sinkLine({
          requestId: 'request-2',
          costPicoUsd: huge,
          quantity: '-9007199254740993',
        }),
      ],
      { signal },
    );
    expect(server.rows).toMatchObject([
      {
        id: 'request-1/1/0/0',
        cost_usd: '0.00000000025',
        avoided_usd: '0.00',
        quantity: '100',
        flags: ['late'],
        occurred_at: '2026-10-31T23:59:59.999Z',
        posted_at: '2026-11-22T12:00:00.000Z',
      },
      {
        id: 'request-2/1/0/0',
        cost_usd: '-9007199254740993.000000000001',
        quantity: '-9007199254740993',
      },
    ]);
    for (const { authorization, database } of server.received) {
      expect(authorization).toBe(
        `Basic ${Buffer.from('mesh:a secret').toString('base64')}`,
      );
      expect(database).toBe('finance');
    }
    const [{ statement, settings }] = inserts();
    expect(statement).toMatch(/^INSERT INTO finance.usage FORMAT JSONEachRow/);
    expect(Object.fromEntries(settings)).toMatchObject({
      insert_deduplicate: '1',
      deduplicate_blocks_in_dependent_materialized_views: '1',
      async_insert: '0',
      wait_end_of_query: '1',
      date_time_input_format: 'best_effort',
    });
  });

  it('fills every column of the table, and no other', async () => {
    const sink = await startModule({ url });
    await sink.write([sinkLine()], { signal });
    const [{ statement }] = server.received;
    const columns = [...statement.matchAll(/^ {6}(\w+) [A-Z]/gm)];
    expect(columns.map(each => each[1]).sort()).toEqual(
      Object.keys(server.rows[0]).sort(),
    );
  });

  it('has lines once when the answer to their insert was lost and they are sent again', async () => {
    const sink = await startModule({ url });
    const first = [sinkLine(), sinkLine({ requestId: 'request-2' })];
    server.failures = ['answer-lost'];
    await expect(sink.write(first, { signal })).rejects.toThrow();
    await sink.write(first, { signal });
    // the same content again, for another call: kept
    await sink.write([sinkLine({ requestId: 'request-3' })], { signal });
    expect(server.rows.map(each => each.request_id)).toEqual([
      'request-1',
      'request-2',
      'request-3',
    ]);
  });

  it('fails when ClickHouse does, and does not wait longer than it may', async () => {
    const sink = await startModule({ url });
    server.failures = ['exception', 'hang'];
    await expect(sink.write([sinkLine()], { signal })).rejects.toThrow(
      /Memory limit exceeded/,
    );
    await expect(
      sink.write([sinkLine()], { signal: AbortSignal.timeout(50) }),
    ).rejects.toThrow(/aborted/);
    expect(server.rows).toEqual([]);
    await sink.write([sinkLine()], { signal });
    expect(server.rows).toHaveLength(1);
  });

  it('starts without ClickHouse, and makes the tables before the first insert', async () => {
    server.failures = ['exception', 'exception'];
    const sink = await startModule({ url });
    await expect(sink.write([sinkLine()], { signal })).rejects.toThrow();
    await sink.write([sinkLine()], { signal });
    await sink.write([sinkLine({ requestId: 'request-2' })], { signal });
    const heads = server.received.map(each => each.statement.slice(0, 12));
    expect(heads).toEqual([
      'CREATE TABLE', // refused, at the start
      'CREATE TABLE', // refused, before the first insert
      'CREATE TABLE',
      'CREATE TABLE',
      'CREATE MATER',
      'INSERT INTO ',
      'INSERT INTO ',
    ]);
  });

  it('makes no tables when it may not', async () => {
    const sink = await startModule({ url, createTables: false });
    await sink.write([sinkLine()], { signal });
    expect(server.received).toEqual(inserts());
  });

  it.each([
    [{}, /aiMesh.clickHouse.url: expected an http or https address/],
    [{ url: 'ftp://x' }, /aiMesh.clickHouse.url: expected an http/],
    [{ url: 'http://me:secret@x' }, /without user, password and query/],
    [
      { url: 'http://x', table: 'usage; DROP TABLE usage' },
      /aiMesh.clickHouse.table: expected letters, digits and underscores/,
    ],
    [{ url: 'http://x', tabel: 'usage' }, /Unrecognized key: "tabel"/],
  ])('refuses %j', async (settings, message) => {
    await expect(startModule(settings)).rejects.toThrow(message);
  });
});

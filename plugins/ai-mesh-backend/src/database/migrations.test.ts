import { createMockDirectory } from '@backstage/backend-test-utils';
import createKnex, { Knex } from 'knex';
import { applyMigrations, MIGRATIONS_DIRECTORY } from './applyMigrations';
import { DatabasePriceStore } from '../prices/DatabasePriceStore';
import { createTestDatabases } from '../__testUtils__/testDatabases';

const OPTIONS = { directory: MIGRATIONS_DIRECTORY };
const AT = '2026-11-22T10:00:00.000Z';

/** Rows of each table of departments, prices, keys and seeds: a way down must also work with data. */
async function fill(database: Knex) {
  await database('departments').insert({
    ref: 'group:default/research',
    title: 'Research',
    type: 'department',
  });
  const priceVersion = {
    price_key: 'openai/gpt-4o',
    valid_from: AT,
    recorded_at: AT,
    source: 'test',
  };
  await database('price_versions').insert([
    { id: 'old', ...priceVersion, valid_to: AT },
    { id: 'new', ...priceVersion },
  ]);
  await database('price_rates').insert({
    price_version_id: 'new',
    token_class: 'input',
    usd_per_token: '0.0000025',
  });
  await database('gateway_keys').insert({
    id: 'abcdefghijkl',
    name: 'Bot',
    hash: 'f'.repeat(64),
    last_four: 'wxyz',
    application_ref: 'component:default/bot',
    department_ref: 'group:default/research',
    models: '["gpt-4o"]',
    issued_by: 'user:default/dana',
    issued_at: AT,
    expires_at: AT,
  });
  await database('seeds').insert({ id: 'company', completed_at: AT });
  await database('gateway_replicas').insert({
    replica_id: 'replica-1',
    status: '{}',
    last_seen_at: 0,
  });
}

async function expectTables(database: Knex, exist: boolean) {
  for (const table of [
    'departments',
    'price_rates',
    'gateway_keys',
    'gateway_replicas',
    'seeds',
  ]) {
    expect([table, await database.schema.hasTable(table)]).toEqual([
      table,
      exist,
    ]);
  }
}

describe('the migrations', () => {
  const databases = createTestDatabases();

  it.each(databases.eachSupportedId())(
    'go up, down with rows in the tables, and up again, %p',
    async id => {
      const database = await databases.init(id);
      await applyMigrations(database);
      await fill(database);
      await expectTables(database, true);
      await database.migrate.rollback(OPTIONS, true);
      await expectTables(database, false);
      await applyMigrations(database);
      await expectTables(database, true);
    },
  );

  it.each(databases.eachSupportedId())(
    'run once, however many replicas start at the same time, %p',
    async id => {
      const database = await databases.init(id);
      await Promise.all([1, 2, 3].map(() => applyMigrations(database)));
      await applyMigrations(database);
      const [done, pending] = await database.migrate.list(OPTIONS);
      expect(pending).toEqual([]);
      expect(done.length).toBeGreaterThanOrEqual(4);
      await fill(database);
    },
  );

  it.each(databases.eachSupportedId())(
    'leave the keys of before critical and without limits of their own, %p',
    async id => {
      const database = await databases.init(id);
      await applyMigrations(database);
      const down = { ...OPTIONS, name: '20261123100000_key_limits.js' };
      await database.migrate.down(down);
      await fill(database);
      await applyMigrations(database);
      const read = () => database('gateway_keys').first();
      expect(await read()).toMatchObject({
        id: 'abcdefghijkl',
        criticality: 'critical',
        limits: '{}',
      });
      await database.migrate.down(down);
      expect(Object.keys(await read())).not.toContain('criticality');
    },
  );

  it('run once when two processes open one SQLite file', async () => {
    const folder = createMockDirectory();
    const connect = () =>
      createKnex({
        client: 'better-sqlite3',
        connection: { filename: folder.resolve('mesh.sqlite') },
        useNullAsDefault: true,
      });
    const connections = [connect(), connect()];
    await Promise.all(connections.map(applyMigrations));
    for (const database of connections) {
      const [, pending] = await database.migrate.list(OPTIONS);
      expect(pending).toEqual([]);
      await database.destroy();
    }
  });

  it.each(databases.eachSupportedId())(
    'keep every price and its id, and which of them holds when, both ways, %p',
    async id => {
      const database = await databases.init(id);
      await applyMigrations(database);
      const down = { ...OPTIONS, name: '20261124100000_price_book.js' };
      await database.migrate.down(down);
      const LATER = '2026-11-23T10:00:00.000Z';
      const old = { id: 'a', valid_from: AT, valid_to: LATER };
      const now = { id: 'b', valid_from: LATER, valid_to: null };
      for (const version of [now, old]) {
        await database('price_versions').insert({
          ...version,
          price_key: 'openai/gpt-4o',
          recorded_at: version.valid_from,
          source: 'configuration',
        });
      }
      const rate = { price_version_id: 'a', token_class: 'input' };
      await database('price_rates').insert({ ...rate, usd_per_token: '0.1' });
      await applyMigrations(database);
      const service = new DatabasePriceStore(database);
      const idsAt = async (at: string) =>
        (await service.validAt(new Date(at))).map(each => each.id);
      expect(await idsAt(AT)).toEqual(['a']);
      expect(await idsAt(LATER)).toEqual(['b']);
      expect(await service.versions(['a'])).toMatchObject([
        { rates: { input: '0.1' }, sourceId: 'configuration', region: '' },
      ]);
      await database.migrate.down(down);
      expect(
        await database('price_versions')
          .orderBy('id')
          .select('id', 'valid_from', 'valid_to'),
      ).toEqual([old, now]);
      expect(await database('price_rates').select()).toHaveLength(1);
    },
  );
});

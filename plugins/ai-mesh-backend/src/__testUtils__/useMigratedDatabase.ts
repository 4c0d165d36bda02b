import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';

const TABLES = [
  'price_restatements',
  'price_proposals',
  'price_rates', // before the versions that it refers to
  'price_versions',
  'gateway_keys',
  'gateway_replicas',
  'departments',
  'seeds',
];

/**
 * One migrated database for all tests of a `describe`, emptied after each: on Postgres a fresh database
 * takes half a second.
 *
 * @returns gives the database inside a test
 */
export function useMigratedDatabase(
  databases: TestDatabases,
  id: TestDatabaseId,
): () => Knex {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  afterEach(async () => {
    for (const table of TABLES) await database(table).delete();
  });
  return () => database;
}

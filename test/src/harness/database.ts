import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import createKnex, { Knex } from 'knex';

/** The databases on which a whole journey is run: Postgres where a connection string is set. */
export const DATABASES: DatabaseId[] = process.env
  .BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING
  ? ['SQLITE_3', 'POSTGRES_15']
  : ['SQLITE_3'];

export type DatabaseId = 'SQLITE_3' | 'POSTGRES_15';

/** A database for one portal: how Backstage is told of it, and a way to read it directly. */
export interface HarnessDatabase {
  /** For `backend.database`. */
  config: JsonObject;
  /** A connection of its own to the control plane's tables. */
  connect(): Knex;
  /** As `connect`, where no portal has made the database before. */
  create(): Promise<Knex>;
  /** The same database, reached through a proxy on this machine. */
  behind(port: number): HarnessDatabase;
  remove(): Promise<void>;
}

export async function createDatabase(id: DatabaseId): Promise<HarnessDatabase> {
  return id === 'SQLITE_3' ? createSqlite() : createPostgres();
}

async function createSqlite(): Promise<HarnessDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'ai-mesh-database-'));
  const connect = () =>
    createKnex({
      client: 'better-sqlite3',
      connection: { filename: join(directory, 'ai-mesh.sqlite') },
      useNullAsDefault: true,
    });
  return {
    config: { client: 'better-sqlite3', connection: { directory } },
    connect,
    create: async () => connect(),
    behind() {
      throw new Error('SQLite has no server, and no port');
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function createPostgres(): Promise<HarnessDatabase> {
  const connectionString =
    process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;
  if (!connectionString)
    throw new Error('No Postgres connection string is set');
  const prefix = `ai_mesh_test_${randomBytes(6).toString('hex')}_`;
  const url = new URL(connectionString);
  const connection = {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const name = `${prefix}ai-mesh`;
  const connectAsAdmin = () =>
    createKnex({
      client: 'pg',
      connection: { ...connection, database: 'postgres' },
    });
  const database: HarnessDatabase = {
    config: { client: 'pg', prefix, connection },
    behind: port => ({
      ...database,
      config: {
        client: 'pg',
        prefix,
        connection: { ...connection, host: '127.0.0.1', port },
      },
    }),
    connect: () =>
      createKnex({
        client: 'pg',
        connection: { ...connection, database: name },
      }),
    async create() {
      const admin = connectAsAdmin();
      await admin.raw('CREATE DATABASE ??', [name]);
      await admin.destroy();
      return database.connect();
    },
    async remove() {
      const admin = connectAsAdmin();
      const { rows } = await admin.raw(
        'SELECT datname FROM pg_database WHERE datname LIKE ?',
        [`${prefix.replace(/_/g, '\\_')}%`],
      );
      for (const { datname } of rows) {
        await admin.raw('DROP DATABASE ?? WITH (FORCE)', [datname]);
      }
      await admin.destroy();
    },
  };
  return database;
}

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { Knex } from 'knex';
import { setTimeout as delay } from 'node:timers/promises';

const RETRIES = 50;
const RETRY_AFTER_MS = 200;
const ADVISORY_LOCK_ID = 7_214_551; // any number, the same in every replica

/** Where knex finds the migrations of this plugin. */
export const MIGRATIONS_DIRECTORY = resolvePackagePath(
  '@sovereign-ai-mesh/plugin-ai-mesh-backend',
  'migrations',
);

/**
 * Brings the database to the newest version. Replicas may start at the same time: one migrates, the others
 * wait for it, up to ten seconds.
 */
export async function applyMigrations(database: Knex): Promise<void> {
  if (database.client.config.client === 'pg') {
    await migrateAlone(database);
  } else {
    await migrateWithRetry(database);
  }
}

/** Knex' own lock has a race of its own where its tables are made, so Postgres' lock goes around it. */
async function migrateAlone(database: Knex): Promise<void> {
  await database.transaction(async tx => {
    await tx.raw('SELECT pg_advisory_xact_lock(?)', [ADVISORY_LOCK_ID]);
    // whoever else held knex' lock is dead: it would still hold ours
    await database.migrate.forceFreeMigrationsLock({
      directory: MIGRATIONS_DIRECTORY,
    });
    await database.migrate.latest({ directory: MIGRATIONS_DIRECTORY });
  });
}

async function migrateWithRetry(database: Knex): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await database.migrate.latest({ directory: MIGRATIONS_DIRECTORY });
      return;
    } catch (error) {
      if (attempt > RETRIES || !isLostRace(error)) throw error;
      await delay(RETRY_AFTER_MS);
    }
  }
}

function isLostRace(error: unknown): boolean {
  return (
    isError(error) &&
    /already locked|already exists|database is locked|UNIQUE constraint failed: knex_/.test(
      error.message,
    )
  );
}

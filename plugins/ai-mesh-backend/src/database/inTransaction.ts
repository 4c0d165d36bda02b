import { setTimeout as delay } from 'node:timers/promises';
import { Knex } from 'knex';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 10;

/** Serialisation failure and deadlock on Postgres; a second writer on the same SQLite file. */
const WORTH_RETRYING = new Set(['40001', '40P01', 'SQLITE_BUSY']);

/**
 * Runs work in one transaction, again from the start when the database gave way to another one.
 *
 * @param work - free of effects outside the transaction: it may run more than once
 * @throws what `work` throws; a conflict only after five attempts
 */
export async function inTransaction<T>(
  database: Knex,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      // two that collided must not collide again in step
      await delay(FIRST_PAUSE_MS * 2 ** attempt * Math.random());
    }
  }
}

function isConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    WORTH_RETRYING.has(String(error.code))
  );
}

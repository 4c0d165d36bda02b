import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';

const LEDGER_LOCK_ID = 7_214_552; // any number, the same in every replica

/**
 * Keeps a month from being closed while lines are posted, and the other way round: many may post at once, one closes
 * alone. SQLite has one writer: there the transaction's first write is the lock.
 */
export async function lockPosting(
  transaction: Knex.Transaction,
  how: 'shared' | 'alone',
): Promise<void> {
  if (!isPostgres(transaction)) return;
  const lock =
    how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await transaction.raw(`SELECT ${lock}(?)`, [LEDGER_LOCK_ID]);
}

/** The months that are closed, as 202610. */
export async function readClosedMonths(
  database: Knex,
): Promise<ReadonlySet<number>> {
  return new Set(await database('closed_months').pluck<number[]>('month'));
}

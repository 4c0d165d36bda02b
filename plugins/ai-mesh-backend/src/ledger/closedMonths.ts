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

/**
 * The last month that is closed, as 202610; every month before it is closed, too, as months are closed in their order.
 *
 * @returns 0 when none is closed
 */
export async function readClosedThrough(database: Knex): Promise<number> {
  const row = await database('closed_months')
    .max<{ month: number | null }[]>('month as month')
    .first();
  return row?.month ?? 0;
}

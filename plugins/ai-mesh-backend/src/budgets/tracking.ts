import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';
import { isAlwaysKept } from './callNodes';

/** What every booking and every new node agrees on. */
export interface Tracking {
  /** How many nodes are kept beyond the departments. */
  nodes: number;
  /** IANA name of the time zone of the months. */
  timeZone: string;
}

/** Any number, the same in every replica and no other lock's. */
const ADVISORY_LOCK_ID = 7_214_561;

/**
 * Keeps new nodes from being added until the transaction ends. To be called when the transaction has written
 * already, so that on SQLite it is the only one that writes.
 */
export async function shareTracking(
  transaction: Knex.Transaction,
): Promise<Tracking> {
  // not FOR SHARE on the row: those who share it would let one another in and whoever wants it alone starve
  if (isPostgres(transaction)) {
    await transaction.raw('select pg_advisory_xact_lock_shared(?)', [
      ADVISORY_LOCK_ID,
    ]);
  }
  // a statement of its own: it sees what was committed while this one waited
  const row = await transaction('node_tracking')
    .where({ id: 1 })
    .first<{ nodes: number; time_zone: string }>('nodes', 'time_zone');
  return { nodes: row.nodes, timeZone: row.time_zone };
}

/** Waits until no booking is under way and keeps new ones waiting until the transaction ends. */
export async function takeTracking(
  transaction: Knex.Transaction,
): Promise<void> {
  if (isPostgres(transaction)) {
    await transaction.raw('select pg_advisory_xact_lock(?)', [
      ADVISORY_LOCK_ID,
    ]);
  } else {
    // to write is to be the only one who writes
    await transaction('node_tracking')
      .where({ id: 1 })
      .update({ nodes: transaction.ref('nodes') });
  }
}

/** Of these nodes the ones whose balances are kept. */
export async function keptNodes(
  database: Knex,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const kept = new Set<string>();
  const others: string[] = [];
  for (const id of ids) {
    if (isAlwaysKept(id)) kept.add(id);
    else others.push(id);
  }
  if (others.length === 0) return kept;
  for (const row of await selectByIds<{ id: string }>(database, others)) {
    kept.add(row.id);
  }
  return kept;
}

/** One parameter for any number of ids. */
async function selectByIds<R>(
  database: Knex,
  ids: readonly string[],
): Promise<R[]> {
  const result = await database.raw(
    `select id from budget_nodes where id in (
       select value from ${
         isPostgres(database)
           ? 'jsonb_array_elements_text(cast(? as jsonb))'
           : 'json_each(?)'
       } as wanted)`,
    [JSON.stringify(ids)],
  );
  return isPostgres(database) ? result.rows : result;
}

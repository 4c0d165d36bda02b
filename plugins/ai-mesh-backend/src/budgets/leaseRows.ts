import { invariant, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';
import { Lease } from './Lease';

interface LeaseRow {
  id: string;
  replica_id: string;
  department_ref: string;
  period: string;
  path: string;
  granted_pico: string;
  booked_pico: string;
  kept_pico: string;
  state: Lease['state'];
  expires_at: string;
}

/** Reads leases and locks them, in the order in which every transaction locks leases. Unknown ids are missing. */
export async function lockLeases(
  transaction: Knex.Transaction,
  ids: readonly string[],
): Promise<Lease[]> {
  if (ids.length === 0) return [];
  const query = transaction('budget_leases')
    .whereIn('id', ids)
    .orderBy('id')
    .select<LeaseRow[]>(
      'id',
      'replica_id',
      'department_ref',
      'period',
      'path',
      'state',
      ...['granted_pico', 'booked_pico', 'kept_pico', 'expires_at'].map(
        column => transaction.raw('cast(?? as text) as ??', [column, column]),
      ),
    );
  const rows = await (isPostgres(transaction) ? query.forUpdate() : query);
  return rows.map(toLease);
}

/** Writes what bookings and releases change in a lease. */
export async function saveLease(
  transaction: Knex.Transaction,
  lease: Lease,
  options?: { releasedAt: Date },
): Promise<void> {
  invariant(
    lease.booked >= 0n && lease.kept >= 0n,
    'a lease holds less than nothing',
  );
  invariant(
    lease.booked + lease.kept <= lease.granted,
    'a lease covers more than was granted',
  );
  await transaction('budget_leases')
    .where({ id: lease.id })
    .update({
      booked_pico: lease.booked.toString(),
      kept_pico: lease.kept.toString(),
      state: lease.state,
      ...(options && { released_at: options.releasedAt.getTime() }),
    });
}

function toLease(row: LeaseRow): Lease {
  return {
    id: row.id,
    replicaId: row.replica_id,
    departmentRef: row.department_ref,
    period: row.period,
    path: JSON.parse(row.path),
    granted: picoUsd(BigInt(row.granted_pico)),
    booked: picoUsd(BigInt(row.booked_pico)),
    kept: picoUsd(BigInt(row.kept_pico)),
    state: row.state,
    expiresAt: new Date(Number(row.expires_at)),
  };
}

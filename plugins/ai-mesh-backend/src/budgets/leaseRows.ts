import {
  BudgetScope,
  invariant,
  keyIdSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows, isPostgres } from '../database/insertRows';
import { Lease } from './Lease';

interface LeaseRow {
  id: string;
  replica_id: string;
  department_ref: string;
  application_ref: string | null;
  key_id: string | null;
  model: string | null;
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
  const wanted = isPostgres(transaction)
    ? 'jsonb_array_elements_text(cast(? as jsonb))'
    : 'json_each(?)';
  const amounts = ['granted_pico', 'booked_pico', 'kept_pico', 'expires_at'];
  const result = await transaction.raw(
    `select id, replica_id, department_ref, application_ref, key_id, model, period, path, state, ${amounts
      .map(name => `cast(${name} as text) as ${name}`)
      .join(', ')}
     from budget_leases where id in (select value from ${wanted} as wanted)
     order by id ${isPostgres(transaction) ? 'for update' : ''}`,
    [JSON.stringify(ids)],
  );
  const rows: LeaseRow[] = isPostgres(transaction) ? result.rows : result;
  return rows.map(toLease);
}

/** Writes new leases. */
export async function insertLeases(
  transaction: Knex.Transaction,
  leases: readonly Lease[],
  options: { grantedAt: Date },
): Promise<void> {
  await insertRows(transaction, {
    table: 'budget_leases',
    columns: {
      id: 'text',
      replica_id: 'text',
      department_ref: 'text',
      application_ref: 'text',
      key_id: 'text',
      model: 'text',
      period: 'text',
      path: 'text',
      granted_pico: 'integer',
      booked_pico: 'integer',
      kept_pico: 'integer',
      state: 'text',
      granted_at: 'integer',
      expires_at: 'integer',
    },
    rows: leases.map(lease => ({
      id: lease.id,
      replica_id: lease.replicaId,
      department_ref: lease.scope.departmentRef,
      application_ref: lease.scope.applicationRef,
      key_id: lease.scope.keyId,
      model: lease.scope.model,
      period: lease.period,
      path: JSON.stringify(lease.path),
      granted_pico: lease.granted,
      booked_pico: lease.booked,
      kept_pico: lease.kept,
      state: lease.state,
      granted_at: options.grantedAt.getTime(),
      expires_at: lease.expiresAt.getTime(),
    })),
    then: '',
  });
}

/** Writes what bookings and releases change in leases, with one statement. */
export async function saveLeases(
  transaction: Knex.Transaction,
  leases: readonly Lease[],
  options?: { releasedAt: Date },
): Promise<void> {
  if (leases.length === 0) return;
  for (const lease of leases) {
    invariant(
      lease.booked >= 0n && lease.kept >= 0n,
      'a lease holds less than nothing',
    );
    invariant(
      lease.booked + lease.kept <= lease.granted,
      'a lease covers more than was granted',
    );
  }
  const rows = leases.map(({ id, booked, kept, state }) => [
    id,
    booked.toString(),
    kept.toString(),
    state,
  ]);
  const value = (index: number) =>
    isPostgres(transaction)
      ? `source.value->>${index}`
      : `json_extract(source.value, '$[${index}]')`;
  const released = options ? ', released_at = ?' : '';
  await transaction.raw(
    `update budget_leases set
       booked_pico = cast(${value(1)} as bigint), kept_pico = cast(${value(
      2,
    )} as bigint),
       state = ${value(3)}${released}
     from ${
       isPostgres(transaction)
         ? 'jsonb_array_elements(cast(? as jsonb))'
         : 'json_each(?)'
     } as source where budget_leases.id = ${value(0)}`,
    [...(options ? [options.releasedAt.getTime()] : []), JSON.stringify(rows)],
  );
}

function toLease(row: LeaseRow): Lease {
  return {
    id: row.id,
    replicaId: row.replica_id,
    scope: toScope(row),
    period: row.period,
    path: JSON.parse(row.path),
    granted: picoUsd(BigInt(row.granted_pico)),
    booked: picoUsd(BigInt(row.booked_pico)),
    kept: picoUsd(BigInt(row.kept_pico)),
    state: row.state,
    expiresAt: new Date(Number(row.expires_at)),
  };
}

function toScope(row: LeaseRow): BudgetScope {
  return {
    departmentRef: row.department_ref,
    ...(row.application_ref !== null && {
      applicationRef: row.application_ref,
    }),
    ...(row.key_id !== null && { keyId: keyIdSchema.parse(row.key_id) }),
    ...(row.model !== null && { model: row.model }),
  };
}

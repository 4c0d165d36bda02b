import { randomUUID } from 'node:crypto';
import {
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { BalanceChanges } from './balances';
import { lockLevels, readLevels } from './budgetLevels';
import { heldBy, Lease } from './Lease';
import { lockLeases, saveLease } from './leaseRows';
import {
  GrantDecision,
  GrantOutcome,
  GrantSituation,
  LeaseStore,
} from './LeaseStore';
import { Period } from './period';

/** A replica counts as sharing while it took a lease within this time. */
const REPLICA_SEEN_WITHIN_MS = 10 * 60_000;
const SWEEP_LIMIT = 1000;

/** Leases in SQL. */
export class DatabaseLeaseStore implements LeaseStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async grant(
    request: {
      replicaId: string;
      path: readonly string[];
      period: Period;
      now: Date;
      expiresAt: Date;
    },
    decide: (situation: GrantSituation) => GrantDecision,
  ): Promise<GrantOutcome> {
    return inTransaction(this.#database, async transaction => {
      const { path, period } = request;
      await lockLevels(transaction, { path, period });
      const levels = await readLevels(transaction, { refs: path, period });
      const epoch = levels.reduce((sum, level) => sum + level.epoch, 0);
      const replicas = await countReplicas(transaction, request);
      const decision = decide({ levels, replicas, epoch });
      if ('refusedByRef' in decision) {
        return { outcome: 'refused', epoch, ...decision };
      }
      const lease: Lease = {
        id: randomUUID(),
        replicaId: request.replicaId,
        departmentRef: request.path[0],
        period: request.period,
        path: request.path,
        granted: decision.granted,
        booked: ZERO_PICO_USD,
        kept: ZERO_PICO_USD,
        state: 'open',
        expiresAt: request.expiresAt,
      };
      await insertLease(transaction, lease, request.now);
      const changes = new BalanceChanges();
      changes.add({
        path: lease.path,
        period: lease.period,
        leased: lease.granted,
      });
      await changes.apply(transaction);
      return { outcome: 'granted', lease, epoch };
    });
  }

  async release(
    releases: readonly { leaseId: string; keep: PicoUsd }[],
    options: { replicaId?: string; now: Date },
  ): Promise<string[]> {
    const keeps = new Map(releases.map(each => [each.leaseId, each.keep]));
    return inTransaction(this.#database, async transaction => {
      const leases = await lockLeases(transaction, [...keeps.keys()]);
      const changes = new BalanceChanges();
      const ended: string[] = [];
      for (const lease of leases) {
        const { replicaId = lease.replicaId } = options;
        if (lease.state !== 'open' || lease.replicaId !== replicaId) continue;
        const before = heldBy(lease);
        const keep = keeps.get(lease.id) ?? ZERO_PICO_USD;
        lease.state = 'released';
        lease.kept = picoUsd(keep < before ? keep : before);
        const { path, period } = lease;
        changes.add({ path, period, leased: lease.kept - before });
        await saveLease(transaction, lease, { releasedAt: options.now });
        ended.push(lease.id);
      }
      await changes.apply(transaction);
      return ended;
    });
  }

  async listExpiredBefore(moment: Date) {
    const rows = await this.#database('budget_leases')
      .where({ state: 'open' })
      .andWhere('expires_at', '<', moment.getTime())
      .orderBy(['expires_at', 'id'])
      .limit(SWEEP_LIMIT)
      .select<{ id: string; replica_id: string; department_ref: string }[]>(
        'id',
        'replica_id',
        'department_ref',
      );
    return rows.map(row => ({
      id: row.id,
      replicaId: row.replica_id,
      departmentRef: row.department_ref,
    }));
  }

  async forgetReleasedBefore(moment: Date): Promise<void> {
    await this.#database('budget_leases')
      .where({ state: 'released', kept_pico: 0 })
      .andWhere('released_at', '<', moment.getTime())
      .delete();
  }
}

async function countReplicas(
  transaction: Knex.Transaction,
  request: { replicaId: string; now: Date },
): Promise<number> {
  const since = request.now.getTime() - REPLICA_SEEN_WITHIN_MS;
  const rows = await transaction('budget_leases')
    .where({ state: 'open' })
    .andWhere('granted_at', '>=', since)
    .distinct<{ replica_id: string }[]>('replica_id');
  return new Set([request.replicaId, ...rows.map(row => row.replica_id)]).size;
}

async function insertLease(
  transaction: Knex.Transaction,
  lease: Lease,
  now: Date,
): Promise<void> {
  await insertRows(transaction, {
    table: 'budget_leases',
    columns: {
      id: 'text',
      replica_id: 'text',
      department_ref: 'text',
      period: 'text',
      path: 'text',
      granted_pico: 'integer',
      booked_pico: 'integer',
      kept_pico: 'integer',
      state: 'text',
      granted_at: 'integer',
      expires_at: 'integer',
    },
    rows: [
      {
        id: lease.id,
        replica_id: lease.replicaId,
        department_ref: lease.departmentRef,
        period: lease.period,
        path: JSON.stringify(lease.path),
        granted_pico: lease.granted,
        booked_pico: lease.booked,
        kept_pico: lease.kept,
        state: lease.state,
        granted_at: now.getTime(),
        expires_at: lease.expiresAt.getTime(),
      },
    ],
    then: '',
  });
}

import {
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inTransaction } from '../database/inTransaction';
import { BalanceChanges, lockBalances } from './balances';
import { growEpochs, readLevels, saveGrants } from './budgetLevels';
import { Decide, GrantRequest, GrantRound } from './GrantRound';
import { heldBy, Lease } from './Lease';
import { insertLeases, lockLeases, saveLeases } from './leaseRows';
import { GrantOutcome, LeaseStore } from './LeaseStore';
import { openPeriod } from './openPeriod';
import { keptNodes } from './tracking';

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
    request: GrantRequest,
    decide: Decide,
  ): Promise<{ outcomes: GrantOutcome[]; hasRecalled: boolean }> {
    // A node that is new in this moment may be missed, as if the lease had been granted just before: its epoch
    // is lower then, and the lease is handed back.
    const kept = await keptNodes(
      this.#database,
      request.wishes.flatMap(wish => wish.nodeIds),
    );
    return inTransaction(this.#database, async transaction => {
      const nodeIds = [...kept].sort();
      await lockBalances(transaction, { nodeIds, period: request.period });
      const levels = await readLevels(transaction, { ...request, nodeIds });
      await openPeriod(transaction, levels, request);
      const replicas = await countReplicas(transaction, request);
      const round = new GrantRound(request, levels, replicas);
      const outcomes = request.wishes.map(wish => round.grant(wish, decide));
      await saveGrants(transaction, levels, request);
      await growEpochs(transaction, round.recalled);
      await insertLeases(transaction, round.leases, {
        grantedAt: request.now,
      });
      return { outcomes, hasRecalled: round.recalled.length > 0 };
    });
  }

  async release(
    releases: readonly { leaseId: string; keep: PicoUsd }[],
    options: { replicaId?: string; now: Date },
  ): Promise<{ ended: string[]; limited: string[] }> {
    const keeps = new Map(releases.map(each => [each.leaseId, each.keep]));
    return inTransaction(this.#database, async transaction => {
      const leases = await lockLeases(transaction, [...keeps.keys()]);
      const changes = new BalanceChanges();
      const ended: Lease[] = [];
      const limited: string[] = [];
      for (const lease of leases) {
        const { replicaId = lease.replicaId } = options;
        if (lease.state !== 'open' || lease.replicaId !== replicaId) continue;
        const before = heldBy(lease);
        const keep = keeps.get(lease.id) ?? ZERO_PICO_USD;
        if (keep > before) limited.push(lease.id);
        lease.state = 'released';
        lease.kept = picoUsd(keep < before ? keep : before);
        changes.add(lease.path, lease.period, { leased: lease.kept - before });
        ended.push(lease);
      }
      await saveLeases(transaction, ended, { releasedAt: options.now });
      await changes.apply(transaction);
      return { ended: ended.map(lease => lease.id), limited };
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

import { picoUsd, TopUp } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inNodes } from './inNodes';
import { StoredTopUp, TopUpStore } from './TopUpStore';

interface TopUpRow {
  id: string;
  node_id: string;
  amount: string;
  reason: string;
  starts_at: string | number;
  ends_at: string | number;
  state: TopUp['state'];
  requested_by: string;
  requested_at: string | number;
  decided_by: string | null;
  decided_at: string | number | null;
  decision: string | null;
}

/** Top-ups in SQL. */
export class DatabaseTopUpStore implements TopUpStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(topUp: StoredTopUp): Promise<void> {
    await this.#database('budget_topups').insert({
      id: topUp.id,
      node_id: topUp.nodeId,
      amount_pico: topUp.amount.toString(),
      reason: topUp.reason,
      starts_at: topUp.startsAt.getTime(),
      ends_at: topUp.endsAt.getTime(),
      state: topUp.state,
      requested_by: topUp.requestedBy,
      requested_at: topUp.requestedAt.getTime(),
    });
  }

  async find(id: string): Promise<StoredTopUp | undefined> {
    const row = await this.#select().where({ id }).first();
    return row && toTopUp(row);
  }

  async decide(
    id: string,
    decision: Parameters<TopUpStore['decide']>[1],
  ): Promise<boolean> {
    const changed = await this.#database('budget_topups')
      .where({ id, state: 'requested' })
      .update({
        state: decision.state,
        decided_by: decision.by,
        decided_at: decision.at.getTime(),
        decision: decision.decision,
        starts_at: decision.startsAt.getTime(),
      });
    return changed > 0;
  }

  async list(
    query: Parameters<TopUpStore['list']>[0],
  ): Promise<{ topUps: StoredTopUp[]; total: number }> {
    const matches = (builder: Knex.QueryBuilder) => {
      inNodes(this.#database, builder, query.nodeIds);
      if (query.state) builder.where({ state: query.state });
    };
    const [{ total }] = await this.#database('budget_topups')
      .where(matches)
      .count<{ total: number | string }[]>({ total: '*' });
    const rows = await this.#select()
      .where(matches)
      .orderBy([{ column: 'requested_at', order: 'desc' }, 'id'])
      .offset(query.offset)
      .limit(query.limit);
    return { topUps: rows.map(toTopUp), total: Number(total) };
  }

  #select() {
    return this.#database('budget_topups').select<TopUpRow[]>(
      '*',
      this.#database.raw('cast(amount_pico as text) as amount'),
    );
  }
}

function toTopUp(row: TopUpRow): StoredTopUp {
  return {
    id: row.id,
    nodeId: row.node_id,
    amount: picoUsd(BigInt(row.amount)),
    reason: row.reason,
    startsAt: new Date(Number(row.starts_at)),
    endsAt: new Date(Number(row.ends_at)),
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: new Date(Number(row.requested_at)),
    decidedBy: row.decided_by ?? undefined,
    decidedAt:
      row.decided_at === null ? undefined : new Date(Number(row.decided_at)),
    decision: row.decision ?? undefined,
  };
}

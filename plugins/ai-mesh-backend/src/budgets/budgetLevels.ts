import {
  BudgetRule,
  budgetRuleSchema,
  DEFAULT_BUDGET_RULES,
  invariant,
  parseBudgetNodeId,
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { z } from 'zod';
import { insertRows, isPostgres } from '../database/insertRows';
import { BALANCE_COLUMNS } from './balances';
import { Period } from './BudgetCalendar';
import { BudgetLevel } from './BudgetLevel';

/** A level with what people chose for it and what was worked out for it. */
export interface BudgetRecord extends BudgetLevel {
  rules: readonly BudgetRule[];
  projection?: {
    /** What will be spent by the end of the month; absent while too little is known. */
    total?: PicoUsd;
    exhaustedAt?: Date;
    isBreach: boolean;
    at: Date;
  };
}

interface LevelRow {
  id: string;
  epoch: number | null;
  limit_pico: string | null;
  kind: 'hard' | 'soft' | null;
  carry_over: 'none' | 'unused' | null;
  rules: string | null;
  since_period: string | null;
  settled: string | null;
  leased: string | null;
  carried: string | null;
  need_max: string | null;
  need_mean: string | null;
  end_game_limit: string | null;
  projected: string | null;
  is_breach_projected: boolean | number | null;
  projected_at: string | null;
  exhausted_at: string | null;
}

/** What top-ups do to a node at a moment. */
interface TopUps {
  /** How many have begun, and how many of these have ended. */
  changes: number;
  amount: bigint;
  endsAt?: Date;
}

const rulesSchema = z.array(budgetRuleSchema);

/**
 * Budgets and balances of nodes, in the order of the ids; nodes that nobody knows have neither.
 *
 * @param options.nodeIds - all nodes that have ever had a budget when absent
 */
export async function readLevels(
  database: Knex,
  options: { nodeIds?: readonly string[]; period: Period; now: Date },
): Promise<BudgetRecord[]> {
  const ids = options.nodeIds ?? (await readNodeIds(database));
  if (ids.length === 0) return [];
  const rows = await readRows(database, { ids, period: options.period });
  const topUps = await readTopUps(database, { ids, now: options.now });
  const byId = new Map(
    rows.map(row => [row.id, toRecord(row, topUps.get(row.id))]),
  );
  return ids.map(id => {
    const record = byId.get(id);
    invariant(record !== undefined, 'a node that was not read');
    return record;
  });
}

/** The ids of all nodes that have ever had a budget, in a fixed order. */
async function readNodeIds(database: Knex): Promise<string[]> {
  return database('budget_nodes').orderBy('id').pluck('id');
}

const AMOUNTS = {
  settled: 'balance.settled_pico',
  leased: 'balance.leased_pico',
  carried: 'balance.carried_pico',
  need_max: 'balance.need_max_pico',
  need_mean: 'balance.need_mean_pico',
  end_game_limit: 'balance.end_game_limit_pico',
  projected: 'balance.projected_pico',
  projected_at: 'balance.projected_at',
  exhausted_at: 'balance.exhausted_at',
  limit_pico: 'node.limit_pico',
};

async function readRows(
  database: Knex,
  options: { ids: readonly string[]; period: Period },
): Promise<LevelRow[]> {
  const [source, id] = isPostgres(database)
    ? [
        'jsonb_array_elements_text(cast(? as jsonb)) as wanted(value)',
        'wanted.value',
      ]
    : ['json_each(?) as wanted', 'wanted.value'];
  const amounts = Object.entries(AMOUNTS)
    .map(([name, column]) => `cast(${column} as text) as ${name}`)
    .join(', ');
  const result = await database.raw(
    `select ${id} as id, node.epoch, node.kind, node.carry_over, node.rules, node.since_period,
       balance.is_breach_projected, ${amounts}
     from ${source}
     left join budget_nodes as node on node.id = ${id}
     left join budget_balances as balance on balance.node_id = ${id} and balance.period = ?`,
    [JSON.stringify([...new Set(options.ids)]), options.period],
  );
  return isPostgres(database) ? result.rows : result;
}

/** More are read all and sorted out here. */
const MAX_VARIABLES = 500;

async function readTopUps(
  database: Knex,
  options: { ids: readonly string[]; now: Date },
): Promise<Map<string, TopUps>> {
  const nowMs = options.now.getTime();
  const begun = database('budget_topups')
    .where({ state: 'approved' })
    .andWhere('starts_at', '<=', nowMs);
  if (options.ids.length <= MAX_VARIABLES)
    begun.whereIn('node_id', options.ids);
  const rows = await begun.select<
    { node_id: string; amount: string; ends_at: string }[]
  >(
    'node_id',
    database.raw('cast(amount_pico as text) as amount'),
    database.raw('cast(ends_at as text) as ends_at'),
  );
  const wanted = new Set(options.ids);
  const topUps = new Map<string, TopUps>();
  for (const row of rows) {
    if (!wanted.has(row.node_id)) continue;
    let sum = topUps.get(row.node_id);
    if (!sum) topUps.set(row.node_id, (sum = { changes: 0, amount: 0n }));
    const endsMs = Number(row.ends_at);
    sum.changes += endsMs <= nowMs ? 2 : 1;
    if (endsMs <= nowMs) continue;
    sum.amount += BigInt(row.amount);
    if (!sum.endsAt || endsMs < sum.endsAt.getTime()) {
      sum.endsAt = new Date(endsMs);
    }
  }
  return topUps;
}

function toRecord(row: LevelRow, topUps?: TopUps): BudgetRecord {
  const node = parseBudgetNodeId(row.id);
  invariant(node !== undefined, 'a node without a name');
  const limit = amountOf(row.limit_pico);
  return {
    id: row.id,
    node,
    epoch: (row.epoch ?? 0) + (topUps?.changes ?? 0),
    ...(limit !== undefined && {
      budget: {
        limit,
        kind: row.kind ?? 'hard',
        carryOver: row.carry_over ?? 'none',
        topUp: picoUsd(topUps?.amount ?? 0n),
        topUpEndsAt: topUps?.endsAt,
        since: row.since_period ?? undefined,
      },
    }),
    rules: row.rules
      ? rulesSchema.parse(JSON.parse(row.rules))
      : DEFAULT_BUDGET_RULES,
    settled: amountOf(row.settled) ?? ZERO_PICO_USD,
    leased: amountOf(row.leased) ?? ZERO_PICO_USD,
    carried: amountOf(row.carried),
    needMax: amountOf(row.need_max) ?? ZERO_PICO_USD,
    needMean: amountOf(row.need_mean) ?? ZERO_PICO_USD,
    endGameLimit: amountOf(row.end_game_limit),
    ...(row.projected_at !== null && {
      projection: {
        total: amountOf(row.projected),
        exhaustedAt:
          row.exhausted_at === null
            ? undefined
            : new Date(Number(row.exhausted_at)),
        isBreach: Boolean(row.is_breach_projected),
        at: new Date(Number(row.projected_at)),
      },
    }),
  };
}

function amountOf(text: string | null): PicoUsd | undefined {
  return text === null ? undefined : picoUsd(BigInt(text));
}

/** Writes what grants change in levels that the transaction has locked. */
export async function saveGrants(
  transaction: Knex.Transaction,
  levels: readonly BudgetLevel[],
  options: { period: Period },
): Promise<void> {
  await insertRows(transaction, {
    table: 'budget_balances',
    columns: {
      ...BALANCE_COLUMNS,
      need_max_pico: 'amount',
      need_mean_pico: 'amount',
      end_game_limit_pico: 'amount',
    },
    rows: [...levels]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(level => ({
        node_id: level.id,
        period: options.period,
        settled_pico: level.settled,
        leased_pico: level.leased,
        need_max_pico: level.needMax,
        need_mean_pico: level.needMean,
        end_game_limit_pico: level.endGameLimit,
      })),
    then: `on conflict (node_id, period) do update set
      leased_pico = excluded.leased_pico, need_max_pico = excluded.need_max_pico,
      need_mean_pico = excluded.need_mean_pico, end_game_limit_pico = excluded.end_game_limit_pico`,
  });
}

/** Recalls the leases of nodes: gateways hand back what they hold of a lower epoch. */
export async function growEpochs(
  transaction: Knex.Transaction,
  nodeIds: readonly string[],
): Promise<void> {
  if (nodeIds.length === 0) return;
  await transaction('budget_nodes')
    .whereIn('id', [...nodeIds].sort())
    .increment('epoch', 1);
}

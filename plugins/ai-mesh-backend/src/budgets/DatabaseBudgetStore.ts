import {
  BudgetNode,
  budgetNodeId,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { BALANCE_COLUMNS, lockBalances } from './balances';
import { Month, Period } from './BudgetCalendar';
import { BudgetRecord, readLevels } from './budgetLevels';
import { BudgetChanges, BudgetStore } from './BudgetStore';
import { isAlwaysKept } from './callNodes';
import { openPeriod } from './openPeriod';
import { DatabaseSpentReader, SpentReader } from './SpentReader';
import { takeTracking } from './tracking';

interface ChangeOptions {
  by: string;
  at: Date;
  month: Month;
  departmentRefs: readonly string[];
}

/** Budgets in SQL. */
export class DatabaseBudgetStore implements BudgetStore {
  readonly #database: Knex;
  readonly #spent: SpentReader;

  constructor(options: { database: Knex; spent?: SpentReader }) {
    this.#database = options.database;
    this.#spent = options.spent ?? new DatabaseSpentReader(options);
  }

  async change(
    node: BudgetNode,
    changes: BudgetChanges,
    options: ChangeOptions,
  ): Promise<void> {
    const id = budgetNodeId(node);
    const { month, at } = options;
    const { period } = month;
    await inTransaction(this.#database, async transaction => {
      // while others book, nobody can say what was booked before
      if (!isAlwaysKept(id)) await takeTracking(transaction);
      await lockBalances(transaction, { nodeIds: [id], period });
      const isKnown = await transaction('budget_nodes').where({ id }).first();
      if (!isKnown && !isAlwaysKept(id)) {
        await this.#beginBalance(transaction, node, options);
      }
      const levels = await readLevels(transaction, {
        nodeIds: [id],
        period,
        now: at,
      });
      // by what held before the change
      await openPeriod(transaction, levels, { ...month, now: at });
      await saveNode(transaction, levels[0], changes, options);
      // worked out for another limit
      await transaction('budget_balances')
        .where({ node_id: id, period })
        .update({ projected_at: null, is_breach_projected: false });
    });
  }

  async read(options: {
    nodeIds?: readonly string[];
    period: Period;
    now: Date;
  }): Promise<BudgetRecord[]> {
    return readLevels(this.#database, options);
  }

  async openMonth(month: Month, options: { now: Date }): Promise<void> {
    const { period } = month;
    const levels = await this.read({ period, now: options.now });
    const nodeIds = levels
      .filter(level => level.budget && level.carried === undefined)
      .map(level => level.id);
    if (nodeIds.length === 0) return;
    await inTransaction(this.#database, async transaction => {
      await lockBalances(transaction, { nodeIds, period });
      const locked = await readLevels(transaction, {
        nodeIds,
        period,
        now: options.now,
      });
      await openPeriod(transaction, locked, { ...month, now: options.now });
    });
  }

  async saveProjections(
    projections: readonly {
      nodeId: string;
      projection: NonNullable<BudgetRecord['projection']>;
    }[],
    options: { period: Period },
  ): Promise<void> {
    await inTransaction(this.#database, transaction =>
      insertRows(transaction, {
        table: 'budget_balances',
        columns: {
          ...BALANCE_COLUMNS,
          projected_pico: 'amount',
          is_breach_projected: 'boolean',
          projected_at: 'integer',
          exhausted_at: 'integer',
        },
        rows: [...projections]
          .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
          .map(({ nodeId, projection }) => ({
            node_id: nodeId,
            period: options.period,
            settled_pico: 0n,
            leased_pico: 0n,
            projected_pico: projection.total,
            is_breach_projected: projection.isBreach,
            projected_at: projection.at.getTime(),
            exhausted_at: projection.exhaustedAt?.getTime(),
          })),
        then: `on conflict (node_id, period) do update set
          projected_pico = excluded.projected_pico, is_breach_projected = excluded.is_breach_projected,
          projected_at = excluded.projected_at, exhausted_at = excluded.exhausted_at`,
      }),
    );
  }

  async useTimeZone(timeZone: string): Promise<void> {
    await this.#database('node_tracking')
      .where({ id: 1 })
      .whereNot({ time_zone: timeZone })
      .update({ time_zone: timeZone });
  }

  async #beginBalance(
    transaction: Knex.Transaction,
    node: BudgetNode,
    { month, departmentRefs }: ChangeOptions,
  ): Promise<void> {
    const settled = await this.#spent.spentSince(
      { node, departmentRefs, from: month.startsAt, to: month.endsAt },
      transaction,
    );
    await transaction('budget_balances')
      .where({ node_id: budgetNodeId(node), period: month.period })
      .update({ settled_pico: settled.toString() });
    await transaction('node_tracking').where({ id: 1 }).increment('nodes', 1);
  }
}

async function saveNode(
  transaction: Knex.Transaction,
  { node, budget }: BudgetRecord,
  changes: BudgetChanges,
  { by, at, month }: ChangeOptions,
): Promise<void> {
  const before = budget?.limit ?? null;
  const { limit = before } = changes;
  const hasRules = changes.rules !== undefined;
  await insertRows(transaction, {
    table: 'budget_nodes',
    columns: {
      id: 'text',
      level: 'text',
      ref: 'text',
      model: 'text',
      limit_pico: 'amount',
      kind: 'text',
      carry_over: 'text',
      rules: 'text',
      epoch: 'integer',
      since_period: 'text',
      updated_by: 'text',
      updated_at: 'integer',
    },
    rows: [
      {
        id: budgetNodeId(node),
        level: node.level,
        ref: node.ref,
        model: node.model,
        limit_pico: limit ?? undefined,
        kind: changes.kind ?? budget?.kind ?? 'hard',
        carry_over: changes.carryOver ?? budget?.carryOver ?? 'none',
        rules: hasRules ? JSON.stringify(changes.rules) : undefined,
        epoch: 1,
        since_period:
          limit === null ? undefined : budget?.since ?? month.period,
        updated_by: by,
        updated_at: at.getTime(),
      },
    ],
    then: `on conflict (id) do update set
      limit_pico = excluded.limit_pico, kind = excluded.kind, carry_over = excluded.carry_over,
      ${hasRules ? 'rules = excluded.rules,' : ''}
      epoch = budget_nodes.epoch + 1, since_period = excluded.since_period,
      updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
  });
}

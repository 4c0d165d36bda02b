import {
  budgetRuleSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { AlertStore, StoredAlert } from './AlertStore';
import { inNodes } from './inNodes';

interface KeyRow {
  node_id: string;
  period: string;
  threshold: string;
  action: string;
}

interface AlertRow {
  node_id: string;
  period: string;
  rule: string;
  raised_at: string | number;
  spent: string;
  limit: string;
  projected: string | null;
  told_refs: string;
}

/** Alerts in SQL. */
export class DatabaseAlertStore implements AlertStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(alerts: readonly StoredAlert[]): Promise<StoredAlert[]> {
    const byKey = new Map(alerts.map(alert => [keyOf(alert), alert]));
    const added = await inTransaction(this.#database, transaction =>
      insertRows<string, KeyRow>(transaction, {
        table: 'budget_alerts',
        columns: {
          node_id: 'text',
          period: 'text',
          threshold: 'text',
          action: 'text',
          rule: 'text',
          raised_at: 'integer',
          spent_pico: 'amount',
          limit_pico: 'amount',
          projected_pico: 'amount',
          told_refs: 'text',
        },
        rows: [...byKey.values()].map(alert => ({
          node_id: alert.nodeId,
          period: alert.period,
          threshold: String(alert.rule.at),
          action: alert.rule.then.action,
          rule: JSON.stringify(alert.rule),
          raised_at: alert.at.getTime(),
          spent_pico: alert.spent,
          limit_pico: alert.limit,
          projected_pico: alert.projected,
          told_refs: JSON.stringify(alert.toldRefs),
        })),
        then: `on conflict (node_id, period, threshold, action) do nothing
          returning node_id, period, threshold, action`,
      }),
    );
    return added.flatMap(row => byKey.get(rowKeyOf(row)) ?? []);
  }

  async list(
    query: Parameters<AlertStore['list']>[0],
  ): Promise<{ alerts: StoredAlert[]; total: number }> {
    const database = this.#database;
    const matches = (builder: Knex.QueryBuilder) =>
      inNodes(database, builder, query.nodeIds);
    const [{ total }] = await database('budget_alerts')
      .where(matches)
      .count<{ total: number | string }[]>({ total: '*' });
    const rows = await database('budget_alerts')
      .where(matches)
      .orderBy([
        { column: 'raised_at', order: 'desc' },
        'node_id',
        'threshold',
        'action',
      ])
      .offset(query.offset)
      .limit(query.limit)
      .select<AlertRow[]>(
        'node_id',
        'period',
        'rule',
        'raised_at',
        'told_refs',
        ...['spent', 'limit', 'projected'].map(name =>
          database.raw('cast(?? as text) as ??', [`${name}_pico`, name]),
        ),
      );
    return { alerts: rows.map(toAlert), total: Number(total) };
  }
}

function keyOf({ nodeId, period, rule }: StoredAlert): string {
  return [nodeId, period, rule.at, rule.then.action].join('\n');
}

function rowKeyOf(row: KeyRow): string {
  return [row.node_id, row.period, row.threshold, row.action].join('\n');
}

function toAlert(row: AlertRow): StoredAlert {
  return {
    nodeId: row.node_id,
    period: row.period,
    rule: budgetRuleSchema.parse(JSON.parse(row.rule)),
    at: new Date(Number(row.raised_at)),
    spent: picoUsd(BigInt(row.spent)),
    limit: picoUsd(BigInt(row.limit)),
    projected:
      row.projected === null ? undefined : picoUsd(BigInt(row.projected)),
    toldRefs: JSON.parse(row.told_refs),
  };
}

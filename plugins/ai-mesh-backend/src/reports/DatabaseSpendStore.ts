import {
  picoUsd,
  SpendGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { RollupTable } from '../ledger/rollup';
import { SpendCell, SpendStore } from './SpendStore';

const GROUP_COLUMN: Record<SpendGroupBy, string> = {
  department: 'department_ref',
  application: 'application_ref',
  model: 'model',
  key: 'key_id',
};

/** The widest `IN` list that both databases take with room for other parameters. */
const IDS_AT_ONCE = 10_000;

interface CellRow {
  bucket: string;
  group_id: string;
  requests: string;
  input_tokens: string;
  output_tokens: string;
  cost: string;
  estimated: string;
  avoided: string;
  demo: number;
}

/** Spend in SQL. */
export class DatabaseSpendStore implements SpendStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async read(query: {
    table: RollupTable;
    from: number;
    to: number;
    departmentRefs: readonly string[];
    groupBy: SpendGroupBy;
  }): Promise<SpendCell[]> {
    const group = GROUP_COLUMN[query.groupBy];
    const sum = (expression: string, name: string) =>
      this.#database.raw(`cast(sum(${expression}) as text) as ${name}`);
    // sums of one bucket and group fit an int64 by far; totals over them are added in code, as `bigint`
    const rows = await this.#database(query.table)
      .whereIn('department_ref', query.departmentRefs)
      .andWhere('bucket', '>=', query.from)
      .andWhere('bucket', '<', query.to)
      .groupBy('bucket', group)
      .orderBy(['bucket', group])
      .select<CellRow[]>(
        this.#database.raw('cast(bucket as text) as bucket'),
        `${group} as group_id`,
        sum('requests', 'requests'),
        sum('input_tokens + cached_input_tokens', 'input_tokens'),
        sum('output_tokens', 'output_tokens'),
        sum('cost_pico', 'cost'),
        sum('estimated_pico', 'estimated'),
        sum('avoided_pico', 'avoided'),
        this.#database.raw(
          `max(case when source = 'demo' then 1 else 0 end) as demo`,
        ),
      );
    return rows.map(row => ({
      bucket: Number(row.bucket),
      group: row.group_id,
      requests: BigInt(row.requests),
      inputTokens: BigInt(row.input_tokens),
      outputTokens: BigInt(row.output_tokens),
      cost: picoUsd(BigInt(row.cost)),
      estimated: picoUsd(BigInt(row.estimated)),
      avoided: picoUsd(BigInt(row.avoided)),
      hasDemoData: row.demo === 1,
    }));
  }

  async readKeyNames(ids: readonly string[]): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
      const rows = await this.#database('gateway_keys')
        .whereIn('id', ids.slice(start, start + IDS_AT_ONCE))
        .select<{ id: string; name: string }[]>('id', 'name');
      for (const { id, name } of rows) names.set(id, name);
    }
    return names;
  }
}

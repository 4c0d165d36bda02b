import {
  INPUT_TOKEN_CLASSES,
  OUTPUT_TOKEN_CLASSES,
  picoUsd,
  SpendGroupBy,
  tokenClassSchema,
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

const CALL_CLASSES = tokenClassSchema.options;

/** The widest `IN` list that both databases take with room for other parameters. */
const IDS_AT_ONCE = 10_000;

interface CellRow {
  bucket: string;
  group_id: string;
  requests: string;
  input_tokens: string;
  output_tokens: string;
  cost: string;
  other: string;
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
    const group = `about.${GROUP_COLUMN[query.groupBy]}`;
    const sum = (expression: string, name: string) =>
      this.#database.raw(`cast(sum(${expression}) as text) as ${name}`);
    const isOf = (classes: readonly string[]) =>
      `about.charge_class in (${classes.map(each => `'${each}'`).join(', ')})`;
    const unitsOf = (classes: readonly string[]) =>
      `case when ${isOf(classes)} then sums.quantity else 0 end`;
    const costUnless = (classes: readonly string[]) =>
      `case when ${isOf(classes)} then 0 else sums.cost_pico end`;
    // sums of one bucket and group fit an int64 by far; totals over them are added in code, as `bigint`
    const rows = await this.#database(`${query.table} as sums`)
      .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
      .whereIn('about.department_ref', query.departmentRefs)
      .andWhere('sums.bucket', '>=', query.from)
      .andWhere('sums.bucket', '<', query.to)
      .groupBy('sums.bucket', group)
      .orderBy(['sums.bucket', group])
      .select<CellRow[]>(
        this.#database.raw('cast(sums.bucket as text) as bucket'),
        `${group} as group_id`,
        sum('sums.requests', 'requests'),
        sum(unitsOf(INPUT_TOKEN_CLASSES), 'input_tokens'),
        sum(unitsOf(OUTPUT_TOKEN_CLASSES), 'output_tokens'),
        sum('sums.cost_pico', 'cost'),
        sum(costUnless(CALL_CLASSES), 'other'),
        sum('sums.estimated_pico', 'estimated'),
        sum('sums.avoided_pico', 'avoided'),
        this.#database.raw(
          `max(case when about.source = 'demo' then 1 else 0 end) as demo`,
        ),
      );
    return rows.map(row => ({
      bucket: Number(row.bucket),
      group: row.group_id,
      requests: BigInt(row.requests),
      inputTokens: BigInt(row.input_tokens),
      outputTokens: BigInt(row.output_tokens),
      cost: picoUsd(BigInt(row.cost)),
      other: picoUsd(BigInt(row.other)),
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

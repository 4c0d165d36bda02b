import { Knex } from 'knex';
import { stringifyWithBigInt } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** How a column is written: `amount` is a whole number that may pass an int64 where the database allows. */
export type ColumnType = 'text' | 'integer' | 'amount' | 'boolean';

/** A value of a row; undefined becomes SQL's NULL. */
export type ColumnValue = string | number | bigint | boolean | undefined;

const POSTGRES_TYPES: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  amount: 'numeric',
  boolean: 'boolean',
};

/** Whether the database is Postgres; otherwise it is SQLite. */
export function isPostgres(database: Knex): boolean {
  return database.client.config.client === 'pg';
}

/**
 * Inserts any number of rows with one statement of constant text. All rows travel as one JSON parameter:
 * no limit on the number of variables, nothing to parse anew, and integers keep every digit, as text.
 *
 * @param options - `columns`: their types in the order of the insert; `then`: SQL after the rows, for
 *   example an `on conflict` clause
 * @returns the rows of a `returning` clause; empty without one
 */
export async function insertRows<C extends string, R = never>(
  database: Knex,
  options: {
    table: string;
    columns: Record<C, ColumnType>;
    rows: readonly Record<C, ColumnValue>[];
    then: string;
  },
): Promise<R[]> {
  if (options.rows.length === 0) return [];
  const names = Object.keys(options.columns) as C[];
  const tuples = options.rows.map(row => names.map(name => row[name]));
  const read = isPostgres(database) ? fromPostgresJson : fromSqliteJson;
  const values = names.map((name, index) => read(index, options.columns[name]));
  const source = isPostgres(database)
    ? 'jsonb_array_elements(cast(? as jsonb))'
    : 'json_each(?)';
  // `where true` tells SQLite's parser that the following ON belongs to the insert, not to a join
  const result = await database.raw(
    `insert into ${options.table} (${names.join(', ')})
     select ${values.join(', ')} from ${source} as source where true ${
      options.then
    }`,
    [stringifyWithBigInt(tuples)],
  );
  return isPostgres(database) ? result.rows : result;
}

function fromPostgresJson(index: number, type: ColumnType): string {
  return `cast(source.value->>${index} as ${POSTGRES_TYPES[type]})`;
}

function fromSqliteJson(index: number, type: ColumnType): string {
  const value = `json_extract(source.value, '$[${index}]')`;
  return type === 'text' ? value : `cast(${value} as integer)`;
}

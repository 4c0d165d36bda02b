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
  const { names, values, source, json } = toSource(database, options);
  // `where true` tells SQLite's parser that the following ON belongs to the insert, not to a join
  const result = await database.raw(
    `insert into ${options.table} (${names.join(', ')})
     select ${values.join(', ')} from ${source} as source where true ${
      options.then
    }`,
    [json],
  );
  return isPostgres(database) ? result.rows : result;
}

/**
 * Changes any number of rows with one statement, as {@link insertRows} adds them.
 *
 * @param options - `columns`: those of the key and those that change, with their types; `key`: by which a row is
 *   found; `where`: which of these are changed, as SQL with its values
 */
export async function updateRows<C extends string>(
  database: Knex,
  options: {
    table: string;
    columns: Record<C, ColumnType>;
    key: readonly NoInfer<C>[];
    rows: readonly Record<C, ColumnValue>[];
    where: readonly [sql: string, ...values: (string | number)[]];
  },
): Promise<void> {
  if (options.rows.length === 0) return;
  const { table, key } = options;
  const { names, values, source, json } = toSource(database, options);
  const [condition, ...bindings] = options.where;
  const pairs = names.map((name, index) => ({ name, value: values[index] }));
  const changed = pairs.filter(({ name }) => !key.includes(name));
  const found = pairs.filter(({ name }) => key.includes(name));
  await database.raw(
    `update ${table} set ${changed
      .map(({ name, value }) => `${name} = ${value}`)
      .join(', ')}
     from ${source} as source
     where ${found
       .map(({ name, value }) => `${table}.${name} = ${value}`)
       .join(' and ')} and ${condition}`,
    [json, ...bindings],
  );
}

/** All rows as one JSON parameter, and how SQL reads each column of it. */
function toSource<C extends string>(
  database: Knex,
  options: {
    columns: Record<C, ColumnType>;
    rows: readonly Record<C, ColumnValue>[];
  },
) {
  const names = Object.keys(options.columns) as C[];
  const read = isPostgres(database) ? fromPostgresJson : fromSqliteJson;
  return {
    names,
    values: names.map((name, index) => read(index, options.columns[name])),
    source: isPostgres(database)
      ? 'jsonb_array_elements(cast(? as jsonb))'
      : 'json_each(?)',
    json: stringifyWithBigInt(
      options.rows.map(row => names.map(name => row[name])),
    ),
  };
}

function fromPostgresJson(index: number, type: ColumnType): string {
  return `cast(source.value->>${index} as ${POSTGRES_TYPES[type]})`;
}

function fromSqliteJson(index: number, type: ColumnType): string {
  const value = `json_extract(source.value, '$[${index}]')`;
  return type === 'text' ? value : `cast(${value} as integer)`;
}

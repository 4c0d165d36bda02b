import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';

/** Narrows a query to rows of these nodes: one parameter, however many there are. */
export function inNodes(
  database: Knex,
  query: Knex.QueryBuilder,
  nodeIds: readonly string[],
): void {
  const source = isPostgres(database)
    ? 'select jsonb_array_elements_text(cast(? as jsonb))'
    : 'select value from json_each(?)';
  query.whereRaw(`node_id in (${source})`, [JSON.stringify(nodeIds)]);
}

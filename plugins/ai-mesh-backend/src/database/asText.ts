import { Knex } from 'knex';

/** Selects an integer as text, under its own name or another: a number of JavaScript would round it beyond 2^53. */
export function asText(
  database: Knex,
  column: string,
  name: string = column,
): Knex.Raw {
  return database.raw('cast(?? as text) as ??', [column, name]);
}

import {
  stringifyWithBigInt,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';

/**
 * The reference: the same lines in a table of numbers, with the same key, and nothing else: no price, no roll-up, no
 * budget. What the ledger takes longer is what it does more.
 */
export class PlainTable {
  readonly #database: Knex;

  private constructor(database: Knex) {
    this.#database = database;
  }

  static async create(database: Knex): Promise<PlainTable> {
    await database.raw(`CREATE TABLE plain_lines (
      quantity bigint NOT NULL, cost_pico bigint NOT NULL, line_no integer NOT NULL, request_id text NOT NULL,
      PRIMARY KEY (request_id, line_no)
    ) ${isPostgres(database) ? '' : 'WITHOUT ROWID'}`);
    return new PlainTable(database);
  }

  /** @returns how many lines */
  async insert(records: readonly UsageRecord[]): Promise<number> {
    const rows = records.flatMap(({ requestId, lines }) =>
      lines.map((line, index) => [
        line.tokens,
        line.costPicoUsd,
        index,
        requestId,
      ]),
    );
    const columns = isPostgres(this.#database)
      ? 'cast(value->>0 as bigint), cast(value->>1 as bigint), cast(value->>2 as integer), value->>3'
      : `json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]')`;
    const source = isPostgres(this.#database)
      ? 'jsonb_array_elements(cast(? as jsonb))'
      : 'json_each(?)';
    await this.#database.raw(
      `INSERT INTO plain_lines SELECT ${columns} FROM ${source} AS source WHERE true ON CONFLICT DO NOTHING`,
      [stringifyWithBigInt(rows)],
    );
    return rows.length;
  }
}

function isPostgres(database: Knex): boolean {
  return database.client.config.client === 'pg';
}

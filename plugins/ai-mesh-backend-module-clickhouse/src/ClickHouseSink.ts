import { ClickHouseClient } from '@clickhouse/client';
import { SinkLine, UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { createHash } from 'node:crypto';
import { createStatements, Place } from './statements';
import { toRow } from './toRow';

/** Inserts lines into a table of ClickHouse. What is sent again is recognised there, and dropped. */
export class ClickHouseSink implements UsageSink {
  readonly id = 'clickhouse';
  readonly #client: ClickHouseClient;
  readonly #place: Place;
  readonly #createTables: boolean;
  #prepared?: Promise<void>;

  constructor(
    options: Place & { client: ClickHouseClient; createTables: boolean },
  ) {
    this.#client = options.client;
    this.#place = { database: options.database, table: options.table };
    this.#createTables = options.createTables;
  }

  /** Makes what is missing of tables and view: once, and again when that failed. */
  async prepare(): Promise<void> {
    this.#prepared ??= this.#create().catch(error => {
      this.#prepared = undefined;
      throw error;
    });
    await this.#prepared;
  }

  async #create(): Promise<void> {
    if (!this.#createTables) return;
    for (const query of createStatements(this.#place)) {
      await this.#client.command({ query });
    }
  }

  async write(
    lines: readonly SinkLine[],
    options: { signal: AbortSignal },
  ): Promise<void> {
    await this.prepare();
    await this.#client.insert({
      table: `${this.#place.database}.${this.#place.table}`,
      values: lines.map(toRow),
      format: 'JSONEachRow',
      abort_signal: options.signal,
      clickhouse_settings: {
        insert_deduplicate: 1,
        insert_deduplication_token: tokenOf(lines),
        // a repetition also fills what the view missed when the first attempt broke off between table and view
        deduplicate_blocks_in_dependent_materialized_views: 1,
        async_insert: 0, // answered when it is stored, whatever the user's profile says
        wait_end_of_query: 1, // an error comes as an error, not behind a 200
        date_time_input_format: 'best_effort', // ISO 8601
      },
    });
  }
}

/** The same for the same lines in the same order, as they come again after a failure. */
function tokenOf(lines: readonly SinkLine[]): string {
  const hash = createHash('sha256');
  for (const { id } of lines) hash.update(id).update('\n');
  return hash.digest('hex');
}

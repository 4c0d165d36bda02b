import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';
import { DayNumber, dayAfter, monthOf, UNDATED } from './posting';

const UNDATED_TABLE = 'ledger_lines_undated';

/** As the migration that made the first of them. */
const SQLITE_COLUMNS = `
  occurred_at bigint NOT NULL,
  quantity bigint NOT NULL,
  cost_pico bigint NOT NULL,
  avoided_pico bigint NOT NULL,
  occurred_on integer NOT NULL,
  posted_on integer NOT NULL,
  dimension_id integer NOT NULL,
  batch_id integer NOT NULL,
  line_no integer NOT NULL,
  attempt integer NOT NULL,
  revision smallint NOT NULL,
  flags smallint NOT NULL,
  request_id text NOT NULL,
  PRIMARY KEY (request_id, attempt, line_no, revision, occurred_on)`;

const ALREADY_THERE = new Set(['42P07', '42710', '23505']); // table, object, and a race for its type

/**
 * The tables behind `ledger_lines`: on Postgres a partition a day, on SQLite a table a month under a view. So what is
 * no longer to be kept is dropped in no time, and an index stays as small as its day.
 */
export class LinePartitions {
  readonly #database: Knex;
  readonly #known = new Set<string>([UNDATED_TABLE]);

  constructor(database: Knex) {
    this.#database = database;
  }

  /** Where lines of a day are inserted. On Postgres the parent knows. */
  tableOf(day: DayNumber): string {
    return isPostgres(this.#database) ? 'ledger_lines' : this.#partitionOf(day);
  }

  /** Makes the tables for the lines of these days, where they are missing. Not inside a transaction: it locks the ledger. */
  async ensure(days: Iterable<DayNumber>): Promise<void> {
    for (const day of days) {
      const partition = this.#partitionOf(day);
      if (this.#known.has(partition)) continue;
      if (isPostgres(this.#database)) await this.#createDay(partition, day);
      else await this.#createMonth(partition);
      this.#known.add(partition);
    }
  }

  /**
   * Drops the lines of before a day; their sums in the roll-ups stay. On SQLite whole months only.
   *
   * @returns the tables that were dropped
   */
  async dropBefore(day: DayNumber): Promise<string[]> {
    const isPast = isPostgres(this.#database)
      ? (number: number) => number < day
      : (number: number) => number < monthOf(day);
    const dropped = (await this.#listPartitions()).filter(name => {
      const number = Number(name.slice('ledger_lines_'.length));
      return Number.isInteger(number) && isPast(number);
    });
    if (dropped.length === 0) return [];
    await this.#database.transaction(async transaction => {
      for (const name of dropped) {
        if (isPostgres(transaction)) {
          await transaction.schema.dropTable(name);
        } else {
          await replaceView(transaction, { without: name });
          await transaction.schema.dropTable(name);
        }
      }
    });
    for (const name of dropped) this.#known.delete(name);
    return dropped;
  }

  #partitionOf(day: DayNumber): string {
    if (day === UNDATED) return UNDATED_TABLE;
    return `ledger_lines_${isPostgres(this.#database) ? day : monthOf(day)}`;
  }

  async #createDay(partition: string, day: DayNumber): Promise<void> {
    try {
      await this.#database.raw(
        `CREATE TABLE IF NOT EXISTS ${partition} PARTITION OF ledger_lines
         FOR VALUES FROM (${day}) TO (${dayAfter(day)})`,
      );
    } catch (error) {
      // another replica made it in the same moment
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (!ALREADY_THERE.has(String(code))) throw error;
    }
  }

  async #createMonth(partition: string): Promise<void> {
    await this.#database.transaction(async transaction => {
      await transaction.raw(
        `CREATE TABLE IF NOT EXISTS ${partition} (${SQLITE_COLUMNS}) WITHOUT ROWID`,
      );
      await transaction.raw(
        `CREATE INDEX IF NOT EXISTS ${partition}_flagged ON ${partition} (posted_on) WHERE flags > 1`,
      );
      await replaceView(transaction, {});
    });
  }

  async #listPartitions(): Promise<string[]> {
    if (!isPostgres(this.#database)) return listTables(this.#database);
    const { rows } = await this.#database.raw<{ rows: { name: string }[] }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'ledger_lines'::regclass`,
    );
    return rows.map(({ name }) => name);
  }
}

/** SQLite's view over all months: a reader names `ledger_lines` on either database. */
async function replaceView(
  transaction: Knex.Transaction,
  options: { without?: string },
): Promise<void> {
  const tables = (await listTables(transaction)).filter(
    name => name !== options.without,
  );
  await transaction.raw('DROP VIEW ledger_lines');
  await transaction.raw(
    `CREATE VIEW ledger_lines AS ${tables
      .map(name => `SELECT * FROM ${name}`)
      .join(' UNION ALL ')}`,
  );
}

async function listTables(database: Knex): Promise<string[]> {
  return database('sqlite_master')
    .where('type', 'table')
    .andWhere('name', 'like', 'ledger_lines_%')
    .orderBy('name')
    .pluck('name');
}

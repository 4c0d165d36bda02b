import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { isPostgres } from '../../database/insertRows';
import { readClosedThrough } from '../../ledger/closedMonths';
import { readKeptFrom } from '../../ledger/keptLines';
import { LinePartitions } from '../../ledger/LinePartitions';
import { DayNumber, dayOf, monthOf } from '../../ledger/posting';
import { daysOfMonth, formatDay, monthAfter } from '../monthNumber';

const DAY_MS = 86_400_000;

/**
 * Drops lines that are older than the company keeps them: of closed months only, whose sums and statements stay. A
 * line that would be booked into that time afterwards could be one that was booked before, so the intake refuses it.
 */
export class LineRetention {
  readonly #database: Knex;
  readonly #keepDays: number | undefined;
  readonly #logger: LoggerService;
  readonly #now: () => Date;

  /** @param options - `keepDays`: absent to keep all lines for ever */
  constructor(options: {
    database: Knex;
    keepDays?: number;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#database = options.database;
    this.#keepDays = options.keepDays;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /** @returns the tables that were dropped */
  async run(): Promise<string[]> {
    if (this.#keepDays === undefined) return [];
    const before = await this.#firstKept(this.#keepDays);
    if (before <= (await readKeptFrom(this.#database))) return [];
    // first of all: what comes in from now on must not meet a day that is half dropped
    await this.#database('ledger_retention')
      .where({ id: 1 })
      .update({ kept_from: before });
    const partitions = new LinePartitions(this.#database);
    const dropped = await partitions.dropBefore(before);
    if (dropped.length > 0) {
      this.#logger.info(
        `Dropped the ledger lines of before ${formatDay(before)} (${
          dropped.length
        } tables); their sums stay`,
      );
    }
    return dropped;
  }

  /** The first day that stays: never one of an open month; on SQLite, where a table holds a month, its first. */
  async #firstKept(keepDays: number): Promise<DayNumber> {
    const closedThrough = await readClosedThrough(this.#database);
    if (closedThrough === 0) return 0;
    const firstOpen = daysOfMonth(monthAfter(closedThrough)).first;
    const wanted = dayOf(new Date(this.#now().getTime() - keepDays * DAY_MS));
    const first = Math.min(firstOpen, wanted);
    return isPostgres(this.#database)
      ? first
      : daysOfMonth(monthOf(first)).first;
  }
}

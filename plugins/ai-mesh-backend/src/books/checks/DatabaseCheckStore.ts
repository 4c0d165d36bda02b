import {
  ledgerDifferenceSchema,
  LedgerCheck,
  LedgerDifference,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { isPostgres } from '../../database/insertRows';
import { bitOf } from '../../ledger/lineFlags';
import { DayNumber, dayOf } from '../../ledger/posting';
import { formatDay, startOfDay } from '../monthNumber';
import { CheckOutcome, CheckStore, SettledSums } from './CheckStore';
import { compareRollups } from './compareRollups';

const DAY_MS = 86_400_000;
/** A check is forgotten after this time. */
const REMEMBERED_MS = 400 * DAY_MS;
const MOVED = bitOf('late') + bitOf('clock-skew');

/** Checks in SQL. */
export class DatabaseCheckStore implements CheckStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async checkDay(day: DayNumber, options: { withCorrections: boolean }) {
    return this.#atOneMoment(async transaction => {
      let count = 0;
      const differences: LedgerDifference[] = [];
      for (const table of ['rollup_hourly', 'rollup_daily'] as const) {
        const found = await compareRollups(transaction, {
          table,
          fromDay: day,
          toDay: day,
          ...options,
        });
        count += found.count;
        differences.push(...found.differences);
      }
      const unbalanced = await compareAccounts(transaction, day);
      if (unbalanced) {
        count += 1;
        differences.push(unbalanced);
      }
      return { count, differences };
    });
  }

  async settledSums(period: {
    name: string;
    from: number;
    to: number;
  }): Promise<SettledSums> {
    return this.#atOneMoment(async transaction => ({
      ofLines: await readSpent(transaction, period),
      kept: await readBalances(transaction, period.name),
    }));
  }

  async budgetTimeZone(): Promise<string> {
    const row = await this.#database('node_tracking')
      .where({ id: 1 })
      .first<{ time_zone: string } | undefined>('time_zone');
    return row?.time_zone ?? 'UTC';
  }

  async add(outcome: CheckOutcome): Promise<void> {
    await this.#database('ledger_checks').insert({
      started_at: outcome.startedAt.getTime(),
      finished_at: outcome.finishedAt.getTime(),
      from_day: outcome.fromDay,
      to_day: outcome.toDay,
      days: outcome.days,
      difference_count: outcome.differenceCount,
      differences: JSON.stringify(outcome.differences),
    });
    await this.#database('ledger_checks')
      .where('started_at', '<', outcome.startedAt.getTime() - REMEMBERED_MS)
      .delete();
  }

  async list(options: { limit: number }): Promise<LedgerCheck[]> {
    const rows = await this.#database('ledger_checks')
      .orderBy([
        { column: 'started_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(options.limit)
      .select();
    return rows.map(row => ({
      startedAt: new Date(Number(row.started_at)).toISOString(),
      finishedAt: new Date(Number(row.finished_at)).toISOString(),
      fromDay: formatDay(row.from_day),
      toDay: formatDay(row.to_day),
      days: row.days,
      differenceCount: row.difference_count,
      differences: ledgerDifferenceSchema
        .array()
        .parse(JSON.parse(row.differences)),
    }));
  }

  /** Bookings go on meanwhile; the check must not see a half of one. */
  async #atOneMoment<T>(
    work: (transaction: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    return this.#database.transaction(
      work,
      isPostgres(this.#database)
        ? { isolationLevel: 'repeatable read', readOnly: true }
        : {},
    );
  }
}

/** What was debited, less what was credited: nothing, unless an account of a dimension is missing. */
async function compareAccounts(
  database: Knex,
  day: DayNumber,
): Promise<LedgerDifference | undefined> {
  const sumOver = async (side: 'debit' | 'credit') => {
    const row = await database('rollup_daily as sums')
      .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
      .join(
        'ledger_accounts as account',
        'account.id',
        `about.${side}_account_id`,
      )
      .where('sums.bucket', startOfDay(day))
      .first<{ sum: string }>(
        database.raw(`cast(coalesce(sum(sums.cost_pico), 0) as text) as sum`),
      );
    return row.sum;
  };
  const [debit, credit] = [await sumOver('debit'), await sumOver('credit')];
  if (debit === credit) return undefined;
  return {
    what: 'accounts',
    when: formatDay(day),
    about: 'debits and credits of all accounts',
    amount: 'cost_pico',
    ofLines: debit,
    kept: credit,
  };
}

/** What calls cost that count for a period, by the department they are charged to. */
async function readSpent(
  database: Knex,
  period: { from: number; to: number },
): Promise<Map<string, bigint>> {
  const [fromDay, toDay] = [
    dayOf(new Date(period.from)),
    dayOf(new Date(period.to)),
  ];
  const classes = tokenClassSchema.options.map(each => `'${each}'`).join(', ');
  const result = await database.raw(
    `with posted as (
       select dimension_id, cost_pico from ledger_lines
       where occurred_on between ? and ? and flags & ${MOVED} = 0
         and occurred_at >= ? and occurred_at < ?
       union all
       select lines.dimension_id, lines.cost_pico from ledger_lines as lines
       join ledger_batches as batches on batches.id = lines.batch_id
       where lines.posted_on between ? and ? and lines.flags > 1 and lines.flags & ${MOVED} <> 0
         and batches.booked_at >= ? and batches.booked_at < ?
     )
     select about.department_ref as ref, cast(sum(posted.cost_pico) as text) as cost
     from posted join ledger_dimensions as about on about.id = posted.dimension_id
     where about.charge_class in (${classes})
     group by about.department_ref`,
    [
      ...[fromDay, toDay, period.from, period.to],
      ...[fromDay, toDay, period.from, period.to],
    ],
  );
  const rows: { ref: string; cost: string }[] = isPostgres(database)
    ? result.rows
    : result;
  return new Map(rows.map(({ ref, cost }) => [ref, BigInt(cost)]));
}

async function readBalances(
  database: Knex,
  period: string,
): Promise<Map<string, bigint>> {
  const rows = await database('budget_balances')
    .where({ period })
    .select<{ id: string; settled: string }[]>(
      'node_id as id',
      database.raw('cast(settled_pico as text) as settled'),
    );
  return new Map(rows.map(({ id, settled }) => [id, BigInt(settled)]));
}

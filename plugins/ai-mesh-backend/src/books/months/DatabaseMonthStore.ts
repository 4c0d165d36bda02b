import { createHash } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import {
  MonthTotals,
  monthTotalsSchema,
  picoUsd,
  stringifyWithBigInt,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inTransaction } from '../../database/inTransaction';
import { AccountKind } from '../../ledger/accounts';
import { lockPosting } from '../../ledger/closedMonths';
import { readKeptFrom } from '../../ledger/keptLines';
import { compareRollups } from '../checks/compareRollups';
import {
  daysOfMonth,
  formatMonth,
  monthAfter,
  MonthNumber,
  monthNumberOf,
  monthRange,
} from '../monthNumber';
import { totalsOf } from './statement';
import {
  ClosedMonth,
  FrozenStatement,
  MonthCell,
  MonthStore,
} from './MonthStore';

const ABOUT = [
  'department_ref',
  'cost_centre',
  'application_ref',
  'model',
  'provider',
  'charge_class',
  'service_tier',
  'correction',
  'source',
] as const;
const SUMS = [
  'requests',
  'quantity',
  'cost_pico',
  'estimated_pico',
  'avoided_pico',
] as const;

type CellRow = Record<(typeof SUMS)[number], string> &
  Record<
    Exclude<(typeof ABOUT)[number], 'correction' | 'cost_centre'>,
    string
  > & {
    cost_centre: string | null;
    correction: boolean | number;
    debit_kind: AccountKind;
    debit_owner: string;
    credit_kind: AccountKind;
    credit_owner: string;
  };

/** The months of the ledger in SQL. */
export class DatabaseMonthStore implements MonthStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async firstMonth(): Promise<MonthNumber | undefined> {
    return firstMonthOf(this.#database);
  }

  async closedMonths(): Promise<ClosedMonth[]> {
    const rows = await this.#database('closed_months').orderBy('month').select<
      {
        month: number;
        closed_at: string;
        closed_by: string;
        digest: string;
        totals: string;
      }[]
    >('month', this.#database.raw('cast(closed_at as text) as closed_at'), 'closed_by', 'digest', 'totals');
    return rows.map(row => ({
      month: row.month,
      closedAt: new Date(Number(row.closed_at)),
      closedBy: row.closed_by,
      digest: row.digest,
      totals: monthTotalsSchema.parse(JSON.parse(row.totals)),
    }));
  }

  async totals(month: MonthNumber): Promise<MonthTotals> {
    return totalsOf(await readCells(this.#database, month));
  }

  async statement(month: MonthNumber): Promise<FrozenStatement | undefined> {
    const row = await this.#database('closed_months')
      .where({ month })
      .first<{ statement: string; digest: string } | undefined>(
        'statement',
        'digest',
      );
    return row && { bytes: row.statement, digest: row.digest };
  }

  async close(options: Parameters<MonthStore['close']>[0]): Promise<void> {
    const { month, by, at, write } = options;
    await inTransaction(this.#database, async transaction => {
      await lockPosting(transaction, 'alone');
      // on SQLite the first write is the lock, so the row comes before what is put into it
      const inserted = await transaction('closed_months')
        .insert({
          month,
          closed_at: at.getTime(),
          closed_by: by,
          statement: '',
          digest: '',
        })
        .onConflict('month')
        .ignore()
        .returning('month');
      if (inserted.length === 0) {
        throw new ConflictError(`${formatMonth(month)} is closed already`);
      }
      await requireNext(transaction, month);
      await requireAgreement(transaction, month);
      const { statement, totals } = write(await readCells(transaction, month));
      await transaction('closed_months')
        .where({ month })
        .update({
          statement,
          digest: digestOf(statement),
          totals: stringifyWithBigInt(totals),
        });
    });
  }
}

/** SHA-256 of a text in UTF-8, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws ConflictError unless this month is the next one to be closed */
async function requireNext(
  transaction: Knex.Transaction,
  month: MonthNumber,
): Promise<void> {
  const last = await transaction('closed_months')
    .whereNot({ month })
    .max<{ month: number | null }[]>('month as month')
    .first();
  const next = last?.month
    ? monthAfter(last.month)
    : await firstMonthOf(transaction);
  if (next === undefined || month < next) {
    throw new ConflictError(
      `Nothing was posted in ${formatMonth(month)}, or a later month is closed`,
    );
  }
  if (month > next) {
    throw new ConflictError(
      `Close ${formatMonth(next)} first: months are closed in their order`,
    );
  }
}

/** @throws ConflictError that says what differs */
async function requireAgreement(
  transaction: Knex.Transaction,
  month: MonthNumber,
): Promise<void> {
  const { first, last } = daysOfMonth(month);
  const keptFrom = await readKeptFrom(transaction);
  for (const table of ['rollup_hourly', 'rollup_daily'] as const) {
    const { count, differences } = await compareRollups(transaction, {
      table,
      fromDay: first,
      toDay: last,
      withCorrections: keptFrom === 0,
    });
    if (count === 0) continue;
    const [{ when, about, amount, ofLines, kept }] = differences;
    throw new ConflictError(
      `Cannot close ${formatMonth(
        month,
      )}: ${count} sums in ${table} are not those of their lines. The first one: ${when}, ${about}: ${amount} is ${kept}, the lines sum to ${ofLines}`,
    );
  }
}

async function firstMonthOf(database: Knex): Promise<MonthNumber | undefined> {
  const row = await database('rollup_daily').first<{ first: string | null }>(
    database.raw('cast(min(bucket) as text) as first'),
  );
  return row.first === null ? undefined : monthNumberOf(Number(row.first));
}

async function readCells(
  database: Knex,
  month: MonthNumber,
): Promise<MonthCell[]> {
  const { from, to } = monthRange(month);
  const about = ABOUT.map(name => `about.${name}`);
  const accounts = [
    'debit.kind as debit_kind',
    'debit.owner as debit_owner',
    'credit.kind as credit_kind',
    'credit.owner as credit_owner',
  ];
  const rows = await database('rollup_daily as sums')
    .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
    .join('ledger_accounts as debit', 'debit.id', 'about.debit_account_id')
    .join('ledger_accounts as credit', 'credit.id', 'about.credit_account_id')
    .where('sums.bucket', '>=', from)
    .andWhere('sums.bucket', '<', to)
    .groupBy([
      ...about,
      'debit.kind',
      'debit.owner',
      'credit.kind',
      'credit.owner',
    ])
    .select<CellRow[]>(
      ...about,
      ...accounts,
      ...SUMS.map(name =>
        database.raw(`cast(sum(sums.${name}) as text) as ${name}`),
      ),
    );
  return rows.map(toCell);
}

function toCell(row: CellRow): MonthCell {
  return {
    departmentRef: row.department_ref,
    ...(row.cost_centre !== null && { costCentre: row.cost_centre }),
    applicationRef: row.application_ref,
    model: row.model,
    provider: row.provider,
    chargeClass: row.charge_class,
    serviceTier: row.service_tier,
    isCorrection: Boolean(row.correction),
    source: row.source,
    debit: { kind: row.debit_kind, owner: row.debit_owner },
    credit: { kind: row.credit_kind, owner: row.credit_owner },
    requests: BigInt(row.requests),
    quantity: BigInt(row.quantity),
    cost: picoUsd(BigInt(row.cost_pico)),
    estimated: picoUsd(BigInt(row.estimated_pico)),
    avoided: picoUsd(BigInt(row.avoided_pico)),
  };
}

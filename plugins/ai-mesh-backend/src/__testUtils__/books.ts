import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import { isPostgres } from '../database/insertRows';
import { readFlagBits } from '../ledger/lineFlags';

/** Everything that the books say, as exact text, in a fixed order. */
export interface Books {
  lines: string[];
  hourly: string[];
  daily: string[];
  /** `<node> <period>` → settled and leased, pico-USD. */
  balances: Record<string, { settled: bigint; leased: bigint }>;
}

/** Reads the ledger, its roll-ups and the balances. */
export async function readBooks(database: Knex): Promise<Books> {
  const balances: Books['balances'] = {};
  const rows = await database('budget_balances').select(
    'node_id',
    'period',
    asText(database, 'settled_pico'),
    asText(database, 'leased_pico'),
  );
  for (const row of rows) {
    balances[`${row.node_id} ${row.period}`] = {
      settled: BigInt(row.settled_pico),
      leased: BigInt(row.leased_pico),
    };
  }
  return {
    lines: await readLines(database),
    hourly: await readRollup(database, 'rollup_hourly'),
    daily: await readRollup(database, 'rollup_daily'),
    balances,
  };
}

/** One text for all of the books: equal when, and only when, every line, sum and balance is. */
export function ledgerHashOf(books: Books): string {
  const balances = Object.entries(books.balances).map(
    ([name, { settled, leased }]) => `${name} ${settled} ${leased}`,
  );
  return createHash('sha256')
    .update(
      JSON.stringify([books.lines, books.hourly, books.daily, balances.sort()]),
    )
    .digest('hex');
}

/** Empties every table of the ledger and the budgets but the names in it, which stores remember. */
export async function clearBooks(database: Knex): Promise<void> {
  const tables = await tablesOf(database);
  const ofBooks = tables.filter(name =>
    /^(ledger_lines|ledger_batches|rollup_|closed_months|usage_|ledger_checks|ledger_repricings|invoice_lines|invoices|budget|gateway_replicas)/.test(
      name,
    ),
  );
  for (const table of ofBooks) {
    await database(table).delete();
  }
}

/** The tables of the plugin; of a partitioned one its partitions, too. */
async function tablesOf(database: Knex): Promise<string[]> {
  return isPostgres(database)
    ? database('pg_tables').where('schemaname', 'public').pluck('tablename')
    : database('sqlite_master').where('type', 'table').pluck('name');
}

async function readLines(database: Knex): Promise<string[]> {
  const rows = await database('ledger_entries')
    .orderBy(['request_id', 'attempt', 'line_no', 'revision'])
    .select(
      'request_id',
      'attempt',
      'line_no',
      'charge_class',
      asText(database, 'quantity'),
      asText(database, 'cost_pico'),
      asText(database, 'avoided_pico'),
      'flags',
    );
  return rows.map(row => {
    const flags = readFlagBits(row.flags).join(',');
    return `${row.request_id}/${row.attempt}/${row.line_no}: ${row.quantity} ${
      row.charge_class
    }, ${row.cost_pico}${avoidedOf(row)}${flags && ` ${flags}`}`;
  });
}

/** Sums of what differs only in its accounts, prices and reasons stand in rows of their own, too. */
async function readRollup(database: Knex, table: string): Promise<string[]> {
  const rows = await database(table)
    .join('ledger_dimensions', 'ledger_dimensions.id', 'dimension_id')
    .select(
      'department_ref',
      'model',
      'source',
      'charge_class',
      ...[
        'bucket',
        'requests',
        'quantity',
        'cost_pico',
        'estimated_pico',
        'avoided_pico',
      ].map(sum => asText(database, sum)),
    );
  return rows
    .map(row =>
      [
        new Date(Number(row.bucket)).toISOString().slice(0, 13),
        row.department_ref.split('/')[1],
        row.model,
        row.source,
        `${row.charge_class}: ${row.requests} calls, ${row.quantity} units,`,
        `${row.cost_pico}, ${row.estimated_pico} estimated${avoidedOf(row)}`,
      ].join(' '),
    )
    .sort();
}

function avoidedOf(row: { avoided_pico: string }): string {
  return row.avoided_pico === '0' ? '' : `, ${row.avoided_pico} avoided`;
}

function asText(database: Knex, column: string): Knex.Raw {
  return database.raw('cast(?? as text) as ??', [column, column]);
}

import { Knex } from 'knex';

/** Everything that the books say, as exact text, in a fixed order. */
export interface Books {
  lines: string[];
  hourly: string[];
  daily: string[];
  /** `<department> <period>` → settled and leased, pico-USD. */
  balances: Record<string, { settled: bigint; leased: bigint }>;
}

/** Reads the ledger, its roll-ups and the balances. */
export async function readBooks(database: Knex): Promise<Books> {
  const balances: Books['balances'] = {};
  const rows = await database('budget_balances').select(
    'department_ref',
    'period',
    asText(database, 'settled_pico'),
    asText(database, 'leased_pico'),
  );
  for (const row of rows) {
    balances[`${row.department_ref} ${row.period}`] = {
      settled: BigInt(row.settled_pico),
      leased: BigInt(row.leased_pico),
    };
  }
  return {
    lines: await readLines(database),
    hourly: await readRollup(database, 'usage_hourly'),
    daily: await readRollup(database, 'usage_daily'),
    balances,
  };
}

/** Empties every table of the ledger and the budgets. */
export async function clearBooks(database: Knex): Promise<void> {
  for (const table of [
    'ledger_lines',
    'usage_hourly',
    'usage_daily',
    'usage_quarantine',
    'budgets',
    'budget_balances',
    'budget_leases',
    'gateway_replicas',
  ]) {
    await database(table).delete();
  }
}

async function readLines(database: Knex): Promise<string[]> {
  const rows = await database('ledger_lines')
    .orderBy(['request_id', 'attempt', 'line_no', 'revision'])
    .select(
      'request_id',
      'attempt',
      'line_no',
      asText(database, 'tokens'),
      asText(database, 'cost_pico'),
      asText(database, 'avoided_pico'),
      'flags',
    );
  return rows.map(
    row =>
      `${row.request_id}/${row.attempt}/${row.line_no}: ${row.tokens} tokens, ${
        row.cost_pico
      }${avoidedOf(row)}${row.flags ? ` ${row.flags}` : ''}`,
  );
}

async function readRollup(database: Knex, table: string): Promise<string[]> {
  const sums = [
    'bucket',
    'requests',
    'input_tokens',
    'cached_input_tokens',
    'output_tokens',
    'cost_pico',
    'estimated_pico',
  ];
  const rows = await database(table)
    .orderBy(['bucket', 'department_ref', 'application_ref', 'key_id', 'model'])
    .select(
      'department_ref',
      'model',
      'source',
      asText(database, 'avoided_pico'),
      ...sums.map(sum => asText(database, sum)),
    );
  return rows.map(row =>
    [
      new Date(Number(row.bucket)).toISOString().slice(0, 13),
      row.department_ref.split('/')[1],
      row.model,
      row.source,
      ...sums.slice(1).map(sum => row[sum]),
    ]
      .join(' ')
      .concat(avoidedOf(row)),
  );
}

function avoidedOf(row: { avoided_pico: string }): string {
  return row.avoided_pico === '0' ? '' : ` avoided ${row.avoided_pico}`;
}

function asText(database: Knex, column: string): Knex.Raw {
  return database.raw('cast(?? as text) as ??', [column, column]);
}

import { TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { ColumnType, insertRows } from '../database/insertRows';
import { LedgerLine } from './LedgerLine';

/** How long a bucket is, in milliseconds, by the table that holds it. */
export const ROLLUP_BUCKETS = {
  usage_hourly: 3_600_000,
  usage_daily: 86_400_000,
} as const;

/** A table of roll-ups. */
export type RollupTable = keyof typeof ROLLUP_BUCKETS;

const DIMENSIONS = {
  bucket: 'integer',
  department_ref: 'text',
  application_ref: 'text',
  key_id: 'text',
  model: 'text',
  source: 'text',
} as const satisfies Record<string, ColumnType>;

const SUMS = {
  requests: 'integer',
  input_tokens: 'integer',
  cached_input_tokens: 'integer',
  output_tokens: 'integer',
  cost_pico: 'amount',
  estimated_pico: 'amount',
  avoided_pico: 'amount',
} as const satisfies Record<string, ColumnType>;

type Sum = keyof typeof SUMS;
type RollupRow = Record<keyof typeof DIMENSIONS, string> & Record<Sum, bigint>;

/** Pictures, seconds and characters are no tokens: their number stands in the lines only. */
const TOKENS_COLUMN: Record<TokenClass, Sum | undefined> = {
  input: 'input_tokens',
  'cached-input': 'cached_input_tokens',
  'cache-write': 'input_tokens',
  'cache-write-hour': 'input_tokens',
  'image-input': 'input_tokens',
  embedding: 'input_tokens',
  reasoning: 'output_tokens',
  'image-output': 'output_tokens',
  'tool-call': undefined,
  output: 'output_tokens',
  'audio-input': 'input_tokens',
  'audio-output': 'output_tokens',
  image: undefined,
  'audio-second': undefined,
  character: undefined,
};

/** Adds newly booked lines to the hourly and the daily sums. */
export async function addToRollups(
  transaction: Knex.Transaction,
  lines: readonly LedgerLine[],
): Promise<void> {
  for (const table of Object.keys(ROLLUP_BUCKETS) as RollupTable[]) {
    await insertRows(transaction, {
      table,
      columns: { ...DIMENSIONS, ...SUMS },
      rows: sumUp(lines, ROLLUP_BUCKETS[table]),
      then: `on conflict (${Object.keys(DIMENSIONS).join(
        ', ',
      )}) do update set ${Object.keys(SUMS)
        .map(sum => `${sum} = ${table}.${sum} + excluded.${sum}`)
        .join(', ')}`,
    });
  }
}

/** One row for each combination, in an order that is the same for every writer: that rules out deadlocks. */
function sumUp(lines: readonly LedgerLine[], bucketMs: number): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const line of lines) {
    const time = line.occurredAt.getTime();
    const bucket = String(Math.floor(time / bucketMs) * bucketMs);
    const dimensions = {
      bucket,
      department_ref: line.departmentRef,
      application_ref: line.applicationRef,
      key_id: line.keyId,
      model: line.model,
      source: line.source,
    };
    const id = Object.values(dimensions).join('\n');
    let row = rows.get(id);
    if (!row) rows.set(id, (row = { ...dimensions, ...zeroSums() }));
    if (line.lineNo === 0 && line.revision === 0) row.requests += 1n;
    const tokensColumn = TOKENS_COLUMN[line.tokenClass];
    if (tokensColumn) row[tokensColumn] += line.tokens;
    row.cost_pico += line.cost;
    row.avoided_pico += line.avoided;
    if (line.estimated) row.estimated_pico += line.cost;
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function zeroSums(): Record<Sum, bigint> {
  return {
    requests: 0n,
    input_tokens: 0n,
    cached_input_tokens: 0n,
    output_tokens: 0n,
    cost_pico: 0n,
    estimated_pico: 0n,
    avoided_pico: 0n,
  };
}

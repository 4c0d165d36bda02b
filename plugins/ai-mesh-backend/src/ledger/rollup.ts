import { tokenClassSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { ColumnType, insertRows } from '../database/insertRows';
import { LedgerLine } from './LedgerLine';

/** How long a bucket is, in milliseconds, by the table that holds it. */
export const ROLLUP_BUCKETS = {
  rollup_hourly: 3_600_000,
  rollup_daily: 86_400_000,
} as const;

/** A table of roll-ups. */
export type RollupTable = keyof typeof ROLLUP_BUCKETS;

const CALL_CLASSES: ReadonlySet<string> = new Set(tokenClassSchema.options);

const COLUMNS = {
  bucket: 'integer',
  dimension_id: 'integer',
  requests: 'integer',
  quantity: 'amount',
  cost_pico: 'amount',
  estimated_pico: 'amount',
  avoided_pico: 'amount',
} as const satisfies Record<string, ColumnType>;

type RollupRow = Record<keyof typeof COLUMNS, bigint>;

/** A line with what it is summed under. */
export interface PostedLine {
  line: LedgerLine;
  dimensionId: number;
  postedAt: Date;
}

/** Adds newly booked lines to the hourly and the daily sums. */
export async function addToRollups(
  transaction: Knex.Transaction,
  posted: readonly PostedLine[],
): Promise<void> {
  const hourly = sumUp(posted, ROLLUP_BUCKETS.rollup_hourly);
  await write(transaction, 'rollup_hourly', hourly);
  await write(transaction, 'rollup_daily', daysOf(hourly));
}

/** Whether a line is the one at which its call is counted. */
export function countsCall(
  line: Pick<LedgerLine, 'lineNo' | 'revision' | 'chargeClass'>,
): boolean {
  return (
    line.lineNo === 0 &&
    line.revision === 0 &&
    CALL_CLASSES.has(line.chargeClass)
  );
}

/** Sorted, so that every writer locks rows in the same order: that rules out deadlocks. */
async function write(
  transaction: Knex.Transaction,
  table: RollupTable,
  rows: readonly RollupRow[],
): Promise<void> {
  await insertRows(transaction, {
    table,
    columns: COLUMNS,
    rows: [...rows].sort(
      (a, b) =>
        Number(a.bucket - b.bucket) || Number(a.dimension_id - b.dimension_id),
    ),
    then: `on conflict (bucket, dimension_id) do update set
      requests = ${table}.requests + excluded.requests,
      quantity = ${table}.quantity + excluded.quantity,
      cost_pico = ${table}.cost_pico + excluded.cost_pico,
      estimated_pico = ${table}.estimated_pico + excluded.estimated_pico,
      avoided_pico = ${table}.avoided_pico + excluded.avoided_pico`,
  });
}

function sumUp(posted: readonly PostedLine[], bucketMs: number): RollupRow[] {
  const rows = new Map<string, RollupRow>();
  for (const { line, dimensionId, postedAt } of posted) {
    const time = postedAt.getTime();
    const bucket = Math.floor(time / bucketMs) * bucketMs;
    const row = rowOf(rows, bucket, dimensionId);
    if (countsCall(line)) row.requests += 1n;
    row.quantity += line.quantity;
    row.cost_pico += line.cost;
    row.avoided_pico += line.avoided;
    if (line.flags.includes('estimated')) row.estimated_pico += line.cost;
  }
  return [...rows.values()];
}

function daysOf(hours: readonly RollupRow[]): RollupRow[] {
  const dayMs = ROLLUP_BUCKETS.rollup_daily;
  const rows = new Map<string, RollupRow>();
  for (const hour of hours) {
    const bucket = Math.floor(Number(hour.bucket) / dayMs) * dayMs;
    const row = rowOf(rows, bucket, Number(hour.dimension_id));
    row.requests += hour.requests;
    row.quantity += hour.quantity;
    row.cost_pico += hour.cost_pico;
    row.estimated_pico += hour.estimated_pico;
    row.avoided_pico += hour.avoided_pico;
  }
  return [...rows.values()];
}

function rowOf(
  rows: Map<string, RollupRow>,
  bucket: number,
  dimensionId: number,
): RollupRow {
  const id = `${bucket} ${dimensionId}`;
  let row = rows.get(id);
  if (!row) {
    row = {
      bucket: BigInt(bucket),
      dimension_id: BigInt(dimensionId),
      requests: 0n,
      quantity: 0n,
      cost_pico: 0n,
      estimated_pico: 0n,
      avoided_pico: 0n,
    };
    rows.set(id, row);
  }
  return row;
}

import { GpuCostReport } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { decimalOfUsd, ONE, parseFocusDecimal } from '../focusDecimal';
import { FileRow } from '../rules/FocusRule';

/** Of a column, exact. */
export function sumOf(rows: readonly FileRow[], column: string): bigint {
  return rows.reduce(
    (sum, row) => sum + (parseFocusDecimal(row[column] ?? '') ?? 0n),
    0n,
  );
}

/** Of a column by a key of each row. */
export function sumBy(
  rows: readonly FileRow[],
  keyOf: (row: FileRow) => string | null | undefined,
  column: string,
): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const row of rows) {
    const key = keyOf(row) ?? '';
    sums[key] = (sums[key] ?? 0n) + sumOf([row], column);
  }
  return sums;
}

/** The parts of each origin: they sum to it, each by its share, and none of them goes the other way. */
export function expectOrigins(
  rows: readonly FileRow[],
  { sign }: { sign: bigint },
): void {
  const origins = new Map<string, FileRow[]>();
  for (const row of rows) {
    const origin = row.x_SplitOriginId ?? '';
    origins.set(origin, [...(origins.get(origin) ?? []), row]);
  }
  expect(origins.size).toBeGreaterThan(0);
  for (const parts of origins.values()) {
    const cost = sumOf([parts[0]], 'x_SplitOriginCost');
    expect(sumOf(parts, 'BilledCost')).toBe(cost);
    let shares = 0n;
    for (const part of parts) {
      const [, share] =
        /"AllocatedRatio":([0-9.]+)/.exec(part.AllocatedMethodDetails ?? '') ??
        [];
      const ratio = parseFocusDecimal(share) ?? -1n;
      shares += ratio;
      const error = ratio * cost - sumOf([part], 'BilledCost') * ONE;
      const allowed = (cost * sign * ONE) / 10n ** 11n;
      expect(error < allowed && -error < allowed).toBe(true);
      expect(sumOf([part], 'BilledCost') * sign).toBeGreaterThanOrEqual(0n);
    }
    expect(shares).toBe(ONE);
  }
}

/** Used, idle and unallocated, in units of 1e-18 USD. */
export interface LedgerSums {
  used: bigint;
  idle: bigint;
  unallocated: bigint;
}

/** The three ledgers by who had the parts; empty for what nobody had. */
export function sumsOf(rows: readonly FileRow[]): Record<string, LedgerSums> {
  const sums: Record<string, LedgerSums> = {};
  for (const row of rows) {
    const { department = '' } = JSON.parse(row.AllocatedTags ?? '{}');
    const own = (sums[department] ??= { used: 0n, idle: 0n, unallocated: 0n });
    own.used += sumOf([row], 'x_UtilisedCost');
    own.idle += sumOf([row], 'x_IdleCost');
    if (department === '') own.unallocated += sumOf([row], 'BilledCost');
  }
  return sums;
}

/** The same by the page of GPU cost, which goes by the tables of the GPU domain. */
export function sumsOfPage({
  rows,
}: GpuCostReport): Record<string, LedgerSums> {
  return Object.fromEntries(
    rows.map(row => [
      row.id.startsWith('clearing:') ? '' : row.id.replace(/^[a-z]+:/, ''),
      {
        used: decimalOfUsd(row.usedPicoUsd),
        idle: decimalOfUsd(row.idlePicoUsd),
        unallocated: decimalOfUsd(row.unallocatedPicoUsd),
      },
    ]),
  );
}

/** @throws Error when the page has no such row */
export function rowOf({ rows }: GpuCostReport, id: string) {
  const row = rows.find(each => each.id === id);
  if (!row) throw new Error(`the page has no row ${id}`);
  return row;
}

/** What each method came to, by the parts that the GPU domain keeps. */
export async function methodsOf(
  database: Knex,
): Promise<Record<string, bigint>> {
  const rows = await database('gpu_parts')
    .groupBy('method')
    .select(
      'method',
      database.raw(
        'cast(sum(used_pico + idle_pico + unallocated_pico) as text) as cost',
      ),
    );
  return Object.fromEntries(
    rows.map(({ method, cost }) => [
      `ai-mesh/gpu-time/1/${method ?? 'remainder'}`,
      BigInt(cost) * 1_000_000n,
    ]),
  );
}

/** Cost, hours and GPU time of the machines, by how they were rented. */
export async function expectMachines(
  database: Knex,
  rows: readonly FileRow[],
): Promise<void> {
  const machines = await database('gpu_machine_hours')
    .groupBy('priority')
    .select(
      'priority',
      database.raw('cast(sum(billed_pico) as text) as billed'),
      database.raw('cast(sum(seconds) as text) as seconds'),
      database.raw('cast(sum(seconds * gpu_count) as text) as gpu_seconds'),
    );
  expect(machines).toHaveLength(2);
  for (const { priority, billed, seconds, gpu_seconds } of machines) {
    const category = priority === 'spot' ? 'Dynamic' : 'Standard';
    const own = rows.filter(row => row.PricingCategory === category);
    expect(sumOf(own, 'BilledCost')).toBe(BigInt(billed) * 1_000_000n);
    expect(sumOf(own, 'ConsumedQuantity')).toBe(BigInt(gpu_seconds) * ONE);
    const hours = Number(sumOf(own, 'PricingQuantity') / 10n ** 6n) / 1e12;
    expect(hours).toBeCloseTo(Number(seconds) / 3_600, 9);
  }
}

import {
  divideHalfEven,
  GpuCostQuery,
  GpuCostReport,
  GpuCostRow,
  GpuSpotRow,
  GpuSums,
  GpuTime,
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GpuCostCell, SpotCell } from './GpuCostStore';

/** Thousandths of a GPU-second in a GPU-hour. */
const GPU_TIME_PER_HOUR = 3_600_000n;

/** The exact sums of cells; the bill is what the three ledgers sum to. */
export function sumsOf(cells: readonly GpuCostCell[]): GpuSums {
  const add = (a: PicoUsd, b: PicoUsd) => picoUsd(a + b);
  const sums: GpuSums = {
    billedPicoUsd: ZERO_PICO_USD,
    usedPicoUsd: ZERO_PICO_USD,
    unknownPicoUsd: ZERO_PICO_USD,
    idlePicoUsd: ZERO_PICO_USD,
    unallocatedPicoUsd: ZERO_PICO_USD,
    estimatedPicoUsd: ZERO_PICO_USD,
    gpuTime: { used: 0n, unknown: 0n, idle: 0n, unallocated: 0n },
  };
  for (const cell of cells) {
    sums.usedPicoUsd = add(sums.usedPicoUsd, cell.used);
    sums.unknownPicoUsd = add(sums.unknownPicoUsd, cell.unknown);
    sums.idlePicoUsd = add(sums.idlePicoUsd, cell.idle);
    sums.unallocatedPicoUsd = add(sums.unallocatedPicoUsd, cell.unallocated);
    sums.estimatedPicoUsd = add(sums.estimatedPicoUsd, cell.estimated);
    sums.gpuTime.used += cell.gpuTime.used;
    sums.gpuTime.unknown += cell.gpuTime.unknown;
    sums.gpuTime.idle += cell.gpuTime.idle;
    sums.gpuTime.unallocated += cell.gpuTime.unallocated;
  }
  sums.billedPicoUsd = picoUsd(
    sums.usedPicoUsd + sums.idlePicoUsd + sums.unallocatedPicoUsd,
  );
  return sums;
}

/** The sums of each day that has any, in the order of time. */
export function daysOf(cells: readonly GpuCostCell[]): GpuCostReport['days'] {
  return [...groupBy(cells, cell => cell.day)]
    .sort(([a], [b]) => a - b)
    .map(([day, own]) => ({
      from: new Date(day).toISOString(),
      ...sumsOf(own),
    }));
}

/**
 * One row for each group, not ordered.
 *
 * @param savingOf - what spot saved in a group; undefined where that is not to be told
 */
export function rowsOf(
  cells: readonly GpuCostCell[],
  options: {
    labelOf: (group: string) => string;
    savingOf: (group: string) => PicoUsd | undefined;
  },
): GpuCostRow[] {
  return [...groupBy(cells, cell => cell.group)].map(([id, own]) => {
    const sums = sumsOf(own);
    return {
      id,
      label: options.labelOf(id),
      ...sums,
      costPerGpuHourPicoUsd: costPerGpuHour(sums),
      spotNetSavingPicoUsd: options.savingOf(id),
    };
  });
}

/** Orders rows; equal ones by their id, so that pages never overlap. */
export function sortRows(
  rows: readonly GpuCostRow[],
  by: Pick<GpuCostQuery, 'orderBy' | 'order'>,
): GpuCostRow[] {
  const sign = by.order === 'asc' ? 1 : -1;
  return [...rows].sort(
    (a, b) =>
      sign * compare(sortKey(a, by.orderBy), sortKey(b, by.orderBy)) ||
      compare(a.id, b.id),
  );
}

/** Spot against on-demand, by pool and month; ordered by month, the last one first, then pool. */
export function spotRowsOf(cells: readonly SpotCell[]): GpuSpotRow[] {
  const byMonth = groupBy(cells, ({ day, pool }) =>
    JSON.stringify([new Date(day).toISOString().slice(0, 7), pool]),
  );
  return [...byMonth.values()]
    .map((own): GpuSpotRow => {
      const [{ day, pool }] = own;
      const month = new Date(day).toISOString().slice(0, 7);
      const sum = (what: (cell: SpotCell) => bigint) =>
        own.reduce((total, cell) => total + what(cell), 0n);
      return {
        pool,
        month,
        seconds: sum(cell => cell.seconds),
        spotPicoUsd: picoUsd(sum(cell => cell.spot)),
        onDemandPicoUsd: picoUsd(sum(cell => cell.onDemand)),
        comparedPicoUsd: picoUsd(sum(cell => cell.compared)),
        evictions: sum(cell => cell.evictions),
        reworkSeconds: sum(cell => cell.reworkSeconds),
        reworkPicoUsd: picoUsd(sum(cell => cell.rework)),
        netSavingPicoUsd: netSavingOf(own),
      };
    })
    .sort((a, b) => compare(b.month, a.month) || compare(a.pool, b.pool));
}

/** What spot saved, net of the work that evictions cost; below zero where they ate the discount. */
export function netSavingOf(cells: readonly SpotCell[]): PicoUsd {
  return picoUsd(
    cells.reduce(
      (sum, cell) => sum + cell.onDemand - cell.compared - cell.rework,
      0n,
    ),
  );
}

function costPerGpuHour(sums: GpuSums): PicoUsd | undefined {
  const time = allTimeOf(sums.gpuTime);
  if (time === 0n) return undefined;
  return picoUsd(divideHalfEven(sums.billedPicoUsd * GPU_TIME_PER_HOUR, time));
}

function allTimeOf({ used, idle, unallocated }: GpuTime): bigint {
  return used + idle + unallocated;
}

function sortKey(
  row: GpuCostRow,
  by: GpuCostQuery['orderBy'],
): bigint | string {
  switch (by) {
    case 'billed':
      return row.billedPicoUsd;
    case 'idle':
      return row.idlePicoUsd;
    case 'unallocated':
      return row.unallocatedPicoUsd;
    case 'gpuTime':
      return allTimeOf(row.gpuTime);
    case 'label':
      return row.label.toLowerCase();
    default: {
      const unknown: never = by;
      throw new Error(`Unknown order ${unknown}`);
    }
  }
}

function groupBy<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known) known.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import {
  GpuCostReport,
  GpuGroupBy,
  GpuSums,
  GpuTime,
  PicoUsd,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { SpendSeries, Window } from '../spend/spend.utils';

const DAY_MS = 86_400_000;
/** Thousandths of a GPU-second in a tenth of a GPU-hour. */
const GPU_TIME_PER_TENTH = 360_000n;

/** The ranges of time to choose from. */
export const RANGES = ['7d', '30d', '90d', 'month', 'last-month'] as const;

/** One of {@link RANGES}. */
export type Range = (typeof RANGES)[number];

const DAYS: Record<Exclude<Range, 'month' | 'last-month'>, number> = {
  '7d': 7,
  '30d': 30,
  '90d': 90,
};

/** The whole UTC days of a range that ends with the day of `now`, or with the month before it. */
export function windowOf(range: Range, now: DateTime): Window {
  const utc = now.toUTC();
  const month = utc.startOf('month');
  if (range === 'last-month') {
    return toWindow(month.minus({ months: 1 }), month);
  }
  const to = utc.startOf('day').plus({ days: 1 });
  return toWindow(
    range === 'month' ? month : to.minus({ days: DAYS[range] }),
    to,
  );
}

function toWindow(from: DateTime, to: DateTime): Window {
  return {
    from: from.toJSDate().toISOString(),
    to: to.toJSDate().toISOString(),
    interval: 'day',
  };
}

/** How the groups of a breakdown are called. */
export const GROUP_LABELS: Record<GpuGroupBy, string> = {
  pool: 'Pool',
  vmSize: 'VM size',
  department: 'Charged to',
};

interface Ledger {
  id: string;
  label: string;
  costOf: (sums: GpuSums) => PicoUsd;
}

/** In this order, so that each keeps its colour. What nobody measured stands by itself: it may have been idle. */
const LEDGERS: readonly Ledger[] = [
  {
    id: 'used',
    label: 'Used',
    costOf: sums => picoUsd(sums.usedPicoUsd - sums.unknownPicoUsd),
  },
  {
    id: 'idle',
    label: 'Idle while allocated',
    costOf: sums => sums.idlePicoUsd,
  },
  {
    id: 'unallocated',
    label: 'Unallocated',
    costOf: sums => sums.unallocatedPicoUsd,
  },
  {
    id: 'unknown',
    label: 'Used, not measured',
    costOf: sums => sums.unknownPicoUsd,
  },
];

/** The ledgers by day, none left out: what the chart draws and its table twin says. */
export function toLedgerSeries(
  report: Pick<GpuCostReport, 'total' | 'days'>,
  window: Window,
): SpendSeries {
  const shown = LEDGERS.filter(
    ({ id, costOf }) => id !== 'unknown' || costOf(report.total) > 0n,
  );
  const byDay = new Map(report.days.map(day => [Date.parse(day.from), day]));
  const buckets: SpendSeries['buckets'] = [];
  const endMs = Date.parse(window.to);
  for (let at = Date.parse(window.from); at < endMs; at += DAY_MS) {
    const day = byDay.get(at);
    const costs = shown.map(({ costOf }) => (day ? costOf(day) : picoUsd(0n)));
    buckets.push({ startMs: at, costs, total: sumPicoUsd(costs) });
  }
  return {
    groups: shown.map(({ id, label, costOf }) => ({
      id,
      label,
      total: costOf(report.total),
    })),
    buckets,
  };
}

/** All of it: used, idle and unallocated. */
export function allTimeOf(time: GpuTime): bigint {
  return time.used + time.idle + time.unallocated;
}

/** What somebody had, busy or not. */
export function allocatedTimeOf(time: GpuTime): bigint {
  return time.used + time.idle;
}

/**
 * GPU time in hours, to a tenth.
 *
 * @param time - thousandths of a GPU-second
 * @example formatGpuHours(5_400_000n) // '1.5'
 */
export function formatGpuHours(time: bigint): string {
  return formatTenths((time + GPU_TIME_PER_TENTH / 2n) / GPU_TIME_PER_TENTH);
}

/** Seconds in hours, to a tenth. */
export function formatHours(seconds: bigint): string {
  return formatTenths((seconds + 180n) / 360n);
}

function formatTenths(tenths: bigint): string {
  return new Intl.NumberFormat(undefined, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(Number(tenths) / 10);
}

import {
  PicoUsd,
  SpendGroupBy,
  SpendReport,
  sumPicoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';

/** The ranges of time to choose from. */
export const RANGES = ['24h', '7d', '30d', '90d', 'month'] as const;

/** One of {@link RANGES}. */
export type Range = (typeof RANGES)[number];

/** A stretch of time in whole hours or days, UTC, as the ledger keeps them. */
export interface Window {
  from: string;
  /** The first moment after it. */
  to: string;
  interval: 'hour' | 'day';
}

const DAYS: Record<Exclude<Range, '24h' | 'month'>, number> = {
  '7d': 7,
  '30d': 30,
  '90d': 90,
};

/** The window of a range that ends with the hour or day of `now`. */
export function windowOf(range: Range, now: DateTime): Window {
  const utc = now.toUTC();
  if (range === '24h') {
    const to = utc.startOf('hour').plus({ hours: 1 });
    return toWindow(to.minus({ hours: 24 }), to, 'hour');
  }
  const to = utc.startOf('day').plus({ days: 1 });
  const from =
    range === 'month' ? utc.startOf('month') : to.minus({ days: DAYS[range] });
  return toWindow(from, to, 'day');
}

function toWindow(
  from: DateTime,
  to: DateTime,
  interval: 'hour' | 'day',
): Window {
  return {
    from: from.toJSDate().toISOString(),
    to: to.toJSDate().toISOString(),
    interval,
  };
}

/** How many groups a chart shows by name; the others are drawn as one. */
export const MOST_GROUPS = 7;

/** One colour of the chart. */
export interface SpendGroup {
  id: string;
  label: string;
  total: PicoUsd;
}

/** What was spent in each hour or day, by group: what the chart draws and its table twin says. */
export interface SpendSeries {
  groups: SpendGroup[];
  /** In the order of time, none left out; `costs` in the order of `groups`. */
  buckets: { startMs: number; costs: PicoUsd[]; total: PicoUsd }[];
}

const OTHERS = 'others';

/**
 * Arranges a report by hour or day and group. The groups that cost most keep their names; the order among them
 * is by name, so that colours stay where they are while costs change.
 */
export function toSeries(
  report: Pick<SpendReport, 'series'>,
  window: Window,
  labelOf: (id: string) => string,
): SpendSeries {
  const groups = groupsOf(report, labelOf);
  const places = new Map(groups.map((group, place) => [group.id, place]));
  const others = places.get(OTHERS);
  const costsByStart = new Map(
    startsOf(window).map(startMs => [startMs, groups.map(() => ZERO_PICO_USD)]),
  );
  for (const point of report.series) {
    const costs = costsByStart.get(Date.parse(point.from));
    const place = places.get(point.id) ?? others;
    if (costs === undefined || place === undefined) continue;
    costs[place] = sumPicoUsd([costs[place], point.costPicoUsd]);
  }
  const buckets = Array.from(costsByStart, ([startMs, costs]) => ({
    startMs,
    costs,
    total: sumPicoUsd(costs),
  }));
  return { groups, buckets };
}

function groupsOf(
  report: Pick<SpendReport, 'series'>,
  labelOf: (id: string) => string,
): SpendGroup[] {
  const totals = new Map<string, PicoUsd>();
  for (const { id, costPicoUsd } of report.series) {
    totals.set(id, sumPicoUsd([totals.get(id) ?? ZERO_PICO_USD, costPicoUsd]));
  }
  const byCost = Array.from(totals, ([id, total]) => ({
    id,
    label: labelOf(id),
    total,
  })).sort((a, b) => Number(b.total > a.total) - Number(b.total < a.total));
  const named = byCost.slice(0, MOST_GROUPS);
  named.sort((a, b) => a.label.localeCompare(b.label));
  const rest = byCost.slice(MOST_GROUPS);
  if (rest.length === 0) return named;
  const total = sumPicoUsd(rest.map(group => group.total));
  return [...named, { id: OTHERS, label: `${rest.length} others`, total }];
}

function startsOf(window: Window): number[] {
  const step = window.interval === 'hour' ? 3_600_000 : 86_400_000;
  const starts: number[] = [];
  const endMs = Date.parse(window.to);
  for (let at = Date.parse(window.from); at < endMs; at += step) {
    starts.push(at);
  }
  return starts;
}

/**
 * The start of an hour or day for people. The ledger counts in UTC days, so the day is the one in UTC.
 *
 * @param options - `isOnAxis`: the hour without its day, where the neighbours say which day it is
 */
export function formatStart(
  startMs: number,
  interval: 'hour' | 'day',
  options: { isOnAxis?: boolean } = {},
): string {
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  const hour: Intl.DateTimeFormatOptions = {
    hour: 'numeric',
    minute: '2-digit',
  };
  if (interval === 'day') {
    return DateTime.fromMillis(startMs, { zone: 'utc' }).toLocaleString(day);
  }
  return DateTime.fromMillis(startMs).toLocaleString(
    options.isOnAxis ? hour : { ...day, ...hour },
  );
}

/** How the groups of a breakdown are called. */
export const GROUP_LABELS: Record<SpendGroupBy, string> = {
  model: 'Model',
  application: 'Application',
  key: 'Key',
  department: 'Department',
};

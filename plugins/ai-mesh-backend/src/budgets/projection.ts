import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetRecord } from './budgetLevels';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_HOURS = 7 * 24;

/** With less history than this there is no telling weekdays from weekends. */
const PROFILE_FROM_MS = 3 * DAY_MS;
/** With less than this there is no telling anything. */
const LEAST_HISTORY_MS = DAY_MS;
/** How far back the hours of the week are learnt from. */
export const HISTORY_MS = 28 * DAY_MS;

/** A breach is over when the projection has fallen to this part of the limit: a figure that wavers tells nobody twice. */
const OVER_BELOW_PERCENT = 90n;

/** What a projection goes by. */
export interface ProjectionBasis {
  /** Spent by the hour (its first millisecond) in the last {@link HISTORY_MS}; hours without any may be missing. */
  byHour: ReadonlyMap<number, PicoUsd>;
  /** Spent in this month so far. */
  settled: PicoUsd;
  /** Effective limit. */
  limit: PicoUsd;
  now: Date;
  /** First moment after the month. */
  endsAt: Date;
  /** Whether a breach was projected before. */
  wasBreach: boolean;
}

/**
 * How a month will go on.
 *
 *     projected = settled + Σ expected(h) over the hours h that are left of the month
 *     expected(h) = mean spend of the same hour of the week in the last 28 days, from 3 days of history on;
 *                   where that hour was not seen yet, and with 1 to 3 days: mean spend of all hours seen
 *
 * Only whole hours that are over count as seen, from the first one with any spend on. The budget is exhausted in
 * the first hour at whose end the sum passes the limit. An estimate, and no more: it knows no holidays and no launches.
 *
 * @returns without a total while less than a day is known
 */
export function project(
  basis: ProjectionBasis,
): NonNullable<BudgetRecord['projection']> {
  const { settled, limit, now, endsAt } = basis;
  const expected = expectedByHour(basis);
  if (!expected) {
    return { isBreach: settled > limit, at: now };
  }
  let total: bigint = settled;
  let exhaustedAt = settled >= limit ? now : undefined;
  const firstHour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  for (let hour = firstHour; hour < endsAt.getTime(); hour += HOUR_MS) {
    const fromMs = Math.max(hour, now.getTime());
    const toMs = Math.min(hour + HOUR_MS, endsAt.getTime());
    total += (expected(hour) * BigInt(toMs - fromMs)) / BigInt(HOUR_MS);
    if (!exhaustedAt && total > limit) exhaustedAt = new Date(hour);
  }
  const isBreach = basis.wasBreach
    ? total * 100n > limit * OVER_BELOW_PERCENT
    : total > limit;
  return { total: picoUsd(total), exhaustedAt, isBreach, at: now };
}

function expectedByHour(
  basis: ProjectionBasis,
): ((hourMs: number) => bigint) | undefined {
  const endMs = Math.floor(basis.now.getTime() / HOUR_MS) * HOUR_MS;
  const startMs = Math.max(
    endMs - HISTORY_MS,
    Math.min(...basis.byHour.keys()), // Infinity without any
  );
  if (endMs - startMs < LEAST_HISTORY_MS) return undefined;
  const slots = new Map<number, { sum: bigint; hours: bigint }>();
  let sum = 0n;
  let hours = 0n;
  for (let hour = startMs; hour < endMs; hour += HOUR_MS) {
    const cost = basis.byHour.get(hour) ?? 0n;
    const slot = slots.get(slotOf(hour)) ?? { sum: 0n, hours: 0n };
    slots.set(slotOf(hour), { sum: slot.sum + cost, hours: slot.hours + 1n });
    sum += cost;
    hours += 1n;
  }
  const mean = sum / hours;
  if (endMs - startMs < PROFILE_FROM_MS) return () => mean;
  return hour => {
    const slot = slots.get(slotOf(hour));
    return slot ? slot.sum / slot.hours : mean;
  };
}

/** Which hour of the week; in UTC, because a week is as long everywhere. */
function slotOf(hourMs: number): number {
  return Math.floor(hourMs / HOUR_MS) % WEEK_HOURS;
}

import { ServiceUnavailableError } from '@backstage/errors';
import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LedgerLine } from './LedgerLine';
import { LineFlag } from './lineFlags';

const DAY_MS = 86_400_000;
/** Clocks of machines differ by less; what is further ahead was dated by a wrong one. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Further ahead or back than this, a date cannot be true: no partition is made for it. */
const FURTHEST_AHEAD_MS = 2 * DAY_MS;
const FURTHEST_BACK_MS = 400 * DAY_MS;

/** The day of usage whose date cannot be true; its lines have a partition of their own. */
export const UNDATED = 0;

/** A calendar day in UTC as a number: 20261122. */
export type DayNumber = number;

/** The day that a moment lies in, UTC. */
export function dayOf(moment: Date): DayNumber {
  return (
    moment.getUTCFullYear() * 10_000 +
    (moment.getUTCMonth() + 1) * 100 +
    moment.getUTCDate()
  );
}

/** The month of a day, as a number: 202611. */
export function monthOf(day: DayNumber): number {
  return Math.floor(day / 100);
}

/** The day after. */
export function dayAfter(day: DayNumber): DayNumber {
  const moment = new Date(
    Date.UTC(
      Math.floor(day / 10_000),
      (Math.floor(day / 100) % 100) - 1,
      day % 100,
    ),
  );
  return dayOf(new Date(moment.getTime() + DAY_MS));
}

/** For which time a line counts, and where it is kept. */
export interface Posting {
  /** Decides the partition: the same each time that the line comes. */
  occurredOn: DayNumber;
  /** Decides hour, day and month in every report. */
  postedAt: Date;
  /** Whether it corrects a month that is closed. */
  isCorrection: boolean;
  flag?: LineFlag;
}

/**
 * A line counts for the time at which it happened. It counts for the time at which it is booked when that month is
 * closed, or when its own time cannot be true: a report of the past does not change, and nothing is dropped.
 *
 * @param options - `closedThrough`: the last closed month, as 202610; 0 for none
 * @throws ServiceUnavailableError when even the time of booking lies in a closed month: a clock is behind
 */
export function postingOf(
  line: Pick<LedgerLine, 'occurredAt'>,
  options: { now: Date; closedThrough: number },
): Posting {
  const { occurredAt } = line;
  const { now, closedThrough } = options;
  if (monthOf(dayOf(now)) <= closedThrough) {
    throw new ServiceUnavailableError(
      `Cannot book: the clock says ${now.toISOString()}, which lies in a month that is closed. Set the clock right; nothing is lost, gateways deliver again`,
    );
  }
  invariant(!Number.isNaN(occurredAt.getTime()), 'a line without a time');
  const aheadMs = occurredAt.getTime() - now.getTime();
  if (!(aheadMs <= FURTHEST_AHEAD_MS && -aheadMs <= FURTHEST_BACK_MS)) {
    return {
      occurredOn: UNDATED,
      postedAt: now,
      isCorrection: false,
      flag: 'clock-skew',
    };
  }
  const occurredOn = dayOf(occurredAt);
  if (aheadMs > CLOCK_TOLERANCE_MS) {
    return {
      occurredOn,
      postedAt: now,
      isCorrection: false,
      flag: 'clock-skew',
    };
  }
  if (monthOf(occurredOn) <= closedThrough) {
    return { occurredOn, postedAt: now, isCorrection: true, flag: 'late' };
  }
  return {
    occurredOn,
    postedAt: occurredAt,
    isCorrection: false,
  };
}

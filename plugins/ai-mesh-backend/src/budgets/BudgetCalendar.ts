import { InputError } from '@backstage/errors';
import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A calendar month, as `2026-11`: the time that a budget is for. */
export type Period = string;

/** A month with its ends and its neighbour. */
export interface Month {
  period: Period;
  periodBefore: Period;
  /** Its first moment. */
  startsAt: Date;
  /** The first moment after it. */
  endsAt: Date;
}

const HOUR_MS = 3_600_000;
/** The farthest that a local clock is away from UTC, with a margin: Kiritimati is 14 hours ahead, Niue 11 behind. */
const FARTHEST_OFFSET_MS = 15 * HOUR_MS;

/**
 * Months in the company's time zone. A month begins at the first moment that the local calendar calls its own, and
 * ends where the next one begins: every moment lies in exactly one, whatever the clocks do on that night.
 */
export class BudgetCalendar {
  /** IANA name. */
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #starts = new Map<number, number>();
  #latest = { period: '', startMs: 0, endMs: 0 };

  /** @throws InputError when nobody knows the time zone */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    try {
      this.#format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
        timeZone,
        year: 'numeric',
        month: 'numeric',
      });
    } catch {
      throw new InputError(
        `There is no time zone "${timeZone}", expected an IANA name such as Europe/Berlin`,
      );
    }
  }

  /** The month that a moment lies in. */
  periodOf(moment: Date): Period {
    return this.#find(moment).period;
  }

  /** The first moment of the month that a moment lies in. */
  startOf(moment: Date): Date {
    return new Date(this.#find(moment).startMs);
  }

  /** The first moment after the month that a moment lies in. */
  endOf(moment: Date): Date {
    return new Date(this.#find(moment).endMs);
  }

  /** The month before the one that a moment lies in. */
  periodBefore(moment: Date): Period {
    return this.#look(this.#find(moment).startMs - 1).period;
  }

  /** The month that a moment lies in, with its ends and the month before. */
  monthOf(moment: Date): Month {
    return {
      period: this.periodOf(moment),
      periodBefore: this.periodBefore(moment),
      startsAt: this.startOf(moment),
      endsAt: this.endOf(moment),
    };
  }

  #find(moment: Date) {
    const timeMs = moment.getTime();
    invariant(!Number.isNaN(timeMs), 'no moment');
    const { startMs, endMs } = this.#latest;
    // almost every call is of the present month: a look at two numbers instead of at the calendar
    if (timeMs < startMs || timeMs >= endMs) this.#latest = this.#look(timeMs);
    return this.#latest;
  }

  #look(timeMs: number) {
    let month = this.#localMonthOf(timeMs);
    // where clocks went back over midnight, the local month and the begin of the month may differ
    if (timeMs < this.#startOf(month)) month--;
    if (timeMs >= this.#startOf(month + 1)) month++;
    return {
      period: formatMonth(month),
      startMs: this.#startOf(month),
      endMs: this.#startOf(month + 1),
    };
  }

  /** Months since the year 0, as the local calendar says. */
  #localMonthOf(timeMs: number): number {
    const parts = this.#format.formatToParts(timeMs);
    const read = (type: 'year' | 'month') =>
      Number(parts.find(part => part.type === type)?.value);
    return read('year') * 12 + read('month') - 1;
  }

  /** Halves the day around the month's begin in UTC until the change of the local month is found. */
  #startOf(month: number): number {
    const known = this.#starts.get(month);
    if (known !== undefined) return known;
    // not Date.UTC, to which the year 26 is 1926
    const utcMs = new Date(0).setUTCFullYear(
      Math.floor(month / 12),
      month % 12,
      1,
    );
    let before = utcMs - FARTHEST_OFFSET_MS;
    let start = utcMs + FARTHEST_OFFSET_MS;
    while (start - before > 1) {
      const middle = Math.floor((before + start) / 2);
      if (this.#localMonthOf(middle) < month) before = middle;
      else start = middle;
    }
    this.#starts.set(month, start);
    return start;
  }
}

/** Months by UTC: where nothing else is configured. */
export const UTC_CALENDAR = new BudgetCalendar('UTC');

function formatMonth(month: number): Period {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}`;
}

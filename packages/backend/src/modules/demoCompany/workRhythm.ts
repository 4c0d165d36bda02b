const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Relative load of each hour of a working day, UTC: an office day in Western Europe, with a lunch dip. */
const LOAD_BY_HOUR = [
  0.04, 0.03, 0.03, 0.03, 0.05, 0.12, 0.35, 0.7, 0.95, 1, 1, 0.75, 0.8, 1, 0.95,
  0.85, 0.6, 0.35, 0.22, 0.15, 0.12, 0.1, 0.08, 0.05,
];
const WEEKEND_LOAD = 0.15;

/** How much more is done at the end of the history than at its beginning: adoption grows. */
const GROWTH = 0.5;

/** An hour of the past, and how busy it was compared with others. */
export interface WorkHour {
  startMs: number;
  /** Above zero. */
  load: number;
}

/**
 * The hours of the last `days` days, oldest first, with the rhythm of a company that works in the week.
 *
 * @param options - `now`: the end of the history; only whole hours before it are given
 */
export function workHours(options: { now: Date; days: number }): WorkHour[] {
  const endMs = Math.floor(options.now.getTime() / HOUR_MS) * HOUR_MS;
  const firstMs = endMs - options.days * DAY_MS;
  const hours: WorkHour[] = [];
  for (let startMs = firstMs; startMs < endMs; startMs += HOUR_MS) {
    const start = new Date(startMs);
    const isWeekend = [0, 6].includes(start.getUTCDay());
    const age = (startMs - firstMs) / (options.days * DAY_MS);
    hours.push({
      startMs,
      load:
        LOAD_BY_HOUR[start.getUTCHours()] *
        (isWeekend ? WEEKEND_LOAD : 1) *
        (1 + GROWTH * age),
    });
  }
  return hours;
}

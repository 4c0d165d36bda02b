/** A calendar month in UTC, as `2026-11`: the time that a budget is for. */
export type Period = string;

/** The month that a moment lies in. */
export function periodOf(moment: Date): Period {
  return moment.toISOString().slice(0, 7);
}

/** The first moment after the month that a moment lies in. */
export function endOfPeriod(moment: Date): Date {
  return new Date(
    Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 1),
  );
}

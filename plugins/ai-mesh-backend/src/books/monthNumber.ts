import { DayNumber, dayOf } from '../ledger/posting';

/** A calendar month in UTC as a number: 202611. The ledger's months are UTC; budgets may have another time zone. */
export type MonthNumber = number;

/** Reads `2026-11`. */
export function parseMonth(text: string): MonthNumber {
  return Number(text.replace('-', ''));
}

/** Writes `2026-11`. */
export function formatMonth(month: MonthNumber): string {
  const digits = String(month).padStart(6, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** Writes `2026-11-22`. */
export function formatDay(day: DayNumber): string {
  const digits = String(day).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** The month that a moment lies in. */
export function monthNumberOf(moment: Date | number): MonthNumber {
  return Math.floor(dayOf(new Date(moment)) / 100);
}

/** The month after. */
export function monthAfter(month: MonthNumber): MonthNumber {
  return month % 100 === 12 ? month + 89 : month + 1;
}

/** Where a month begins and where the next one does, epoch milliseconds. */
export function monthRange(month: MonthNumber): { from: number; to: number } {
  const year = Math.floor(month / 100);
  const index = (month % 100) - 1;
  return { from: Date.UTC(year, index), to: Date.UTC(year, index + 1) };
}

/** Where a day begins, epoch milliseconds. */
export function startOfDay(day: DayNumber): number {
  return Date.UTC(
    Math.floor(day / 10_000),
    (Math.floor(day / 100) % 100) - 1,
    day % 100,
  );
}

/** First and last day of a month. */
export function daysOfMonth(month: MonthNumber): {
  first: DayNumber;
  last: DayNumber;
} {
  return {
    first: month * 100 + 1,
    last: dayOf(new Date(monthRange(month).to - 1)),
  };
}

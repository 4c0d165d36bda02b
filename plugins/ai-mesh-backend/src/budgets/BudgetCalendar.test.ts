import fc from 'fast-check';
import { BudgetCalendar } from './BudgetCalendar';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns', // its clocks went back from 00:01 to 23:01, on a first of November too
  'America/Asuncion', // its clocks went forward at midnight, on a first of October too
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia', // left out a whole day
  'Pacific/Kiritimati',
  'Africa/Cairo',
];

describe('BudgetCalendar', () => {
  it('puts every moment into exactly one month, in every zone and whatever clocks do', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.date({
          min: new Date('1990-01-01'),
          max: new Date('2100-01-01'),
          noInvalidDate: true,
        }),
        (zone, moment) => {
          const calendar = new BudgetCalendar(zone);
          const [start, end] = [
            calendar.startOf(moment),
            calendar.endOf(moment),
          ];
          const period = calendar.periodOf(moment);
          expect(start <= moment && moment < end).toBe(true);
          expect(calendar.periodOf(start)).toBe(period);
          expect(calendar.periodOf(new Date(end.getTime() - 1))).toBe(period);
          const next = calendar.periodOf(end);
          expect(next > period).toBe(true);
          expect(calendar.startOf(end)).toEqual(end);
          expect(calendar.periodBefore(end)).toBe(period);
          const before = calendar.endOf(new Date(start.getTime() - 1));
          expect(before).toEqual(start);
        },
      ),
      { numRuns: 300 },
    ));

  it.each([
    ['UTC', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z'],
    ['Asia/Kolkata', '2026-10-31T18:30:00.000Z', '2026-11-30T18:30:00.000Z'],
    [
      'America/New_York',
      '2026-11-01T04:00:00.000Z', // summer time ends later on this day
      '2026-12-01T05:00:00.000Z',
    ],
  ])('begins and ends November 2026 in %s', (zone, start, end) => {
    const calendar = new BudgetCalendar(zone);
    const moment = new Date('2026-11-15T12:00:00Z');
    expect(calendar.periodOf(moment)).toBe('2026-11');
    expect(calendar.startOf(moment).toISOString()).toBe(start);
    expect(calendar.endOf(moment).toISOString()).toBe(end);
  });

  it('begins a month after a midnight that did not exist', () => {
    const calendar = new BudgetCalendar('America/Asuncion');
    // 2023-10-01 began at 01:00: clocks went from 23:59:59 to 01:00, four hours behind UTC
    expect(calendar.startOf(new Date('2023-10-15T00:00:00Z'))).toEqual(
      new Date('2023-10-01T04:00:00Z'),
    );
  });

  it('names a time zone that nobody knows', () => {
    expect(() => new BudgetCalendar('Europe/Atlantis')).toThrow(
      'There is no time zone "Europe/Atlantis", expected an IANA name such as Europe/Berlin',
    );
  });
});

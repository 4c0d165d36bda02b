import fc from 'fast-check';
import { dayAfter, dayOf, monthOf, postingOf, UNDATED } from './posting';

const NOW = new Date('2026-11-22T12:00:00Z');
const OCTOBER_CLOSED = 202610;

function post(occurredAt: string) {
  return postingOf(
    { occurredAt: new Date(occurredAt) },
    { now: NOW, closedThrough: OCTOBER_CLOSED },
  );
}

describe('postingOf', () => {
  it('counts a line for the time at which it happened', () => {
    expect(post('2026-11-01T00:00:00Z')).toEqual({
      occurredOn: 20261101,
      postedAt: new Date('2026-11-01T00:00:00Z'),
      isCorrection: false,
    });
    expect(post('2026-11-22T12:05:00Z').flag).toBeUndefined();
  });

  it('counts usage of a closed month for the day of its booking, as a correction', () => {
    expect(post('2026-10-31T23:59:59.999Z')).toEqual({
      occurredOn: 20261031,
      postedAt: NOW,
      isCorrection: true,
      flag: 'late',
    });
  });

  it.each([
    ['a clock that is ahead', '2026-11-22T12:05:00.001Z', 20261122],
    ['a clock that is a day ahead', '2026-11-23T12:00:00Z', 20261123],
    ['a date that cannot be true', '2037-01-01T00:00:00Z', UNDATED],
    ['a date of long ago', '1970-01-01T00:00:00Z', UNDATED],
  ])('counts %s for now, and says so', (_what, occurredAt, occurredOn) => {
    expect(post(occurredAt)).toEqual({
      occurredOn,
      postedAt: NOW,
      isCorrection: false,
      flag: 'clock-skew',
    });
  });

  it('never posts into a closed month, nor into the future, for any time', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true }),
        fc.date({
          min: new Date('2026-11-01T00:00:00Z'),
          max: new Date('2027-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        (occurredAt, now) => {
          const { postedAt } = postingOf(
            { occurredAt },
            { now, closedThrough: OCTOBER_CLOSED },
          );
          expect(monthOf(dayOf(postedAt))).toBeGreaterThan(202610);
          expect(postedAt.getTime() - now.getTime()).toBeLessThanOrEqual(
            300_000,
          );
        },
      ),
    );
  });
});

it('does not book by a clock that stands in a closed month', () => {
  expect(() =>
    postingOf(
      { occurredAt: new Date('2026-10-31T23:59:00Z') },
      { now: new Date('2026-10-31T23:59:59Z'), closedThrough: OCTOBER_CLOSED },
    ),
  ).toThrow(/Set the clock right/);
});

describe('dayAfter', () => {
  it.each([
    [20261122, 20261123],
    [20261130, 20261201],
    [20261231, 20270101],
    [20280228, 20280229],
  ])('%d → %d', (day, next) => expect(dayAfter(day)).toBe(next));
});

import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { project, ProjectionBasis } from './projection';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-11-21T00:00:00Z'); // ten days are left
const ENDS_AT = new Date('2026-12-01T00:00:00Z');

/** The last hours, `costOf` the hour each. */
function hours(count: number, costOf: (at: Date) => bigint) {
  const byHour = new Map<number, PicoUsd>();
  for (let back = 1; back <= count; back++) {
    const at = NOW.getTime() - back * HOUR_MS;
    byHour.set(at, picoUsd(costOf(new Date(at))));
  }
  return byHour;
}

function basis(more: Partial<ProjectionBasis>): ProjectionBasis {
  return {
    byHour: new Map(),
    settled: picoUsd(1000n),
    limit: picoUsd(5000n),
    now: NOW,
    endsAt: ENDS_AT,
    wasBreach: false,
    ...more,
  };
}

describe('project', () => {
  it('says nothing while less than a day is known', () => {
    expect(project(basis({})).total).toBeUndefined();
    const some = project(basis({ byHour: hours(23, () => 10n) }));
    expect(some).toEqual({ isBreach: false, at: NOW });
  });

  it('goes straight on with one day and more', () => {
    const result = project(basis({ byHour: hours(24, () => 10n) }));
    expect(result.total).toBe(1000n + 240n * 10n);
    expect(result.isBreach).toBe(false);
    expect(result.exhaustedAt).toBeUndefined();
  });

  it('knows weekends from working days with four weeks of history', () => {
    const onWeekdays = (at: Date) =>
      [0, 6].includes(at.getUTCDay()) ? 0n : 10n;
    const result = project(basis({ byHour: hours(28 * 24, onWeekdays) }));
    // 21 November 2026 is a Saturday: six working days are left
    expect(result.total).toBe(1000n + 6n * 24n * 10n);
  });

  it('takes the mean for hours of the week that it has not seen', () => {
    const result = project(basis({ byHour: hours(72, () => 7n) }));
    expect(result.total).toBe(1000n + 240n * 7n);
  });

  it('says in which hour the budget will be used up', () => {
    const result = project(
      basis({ byHour: hours(48, () => 10n), limit: picoUsd(1095n) }),
    );
    expect(result.exhaustedAt).toEqual(new Date('2026-11-21T09:00:00Z'));
    expect(result.isBreach).toBe(true);
    const now = project(
      basis({ byHour: hours(48, () => 10n), limit: picoUsd(1000n) }),
    );
    expect(now.exhaustedAt).toEqual(NOW);
  });

  it('takes a breach back only when it is clearly over', () => {
    const byHour = hours(48, () => 10n); // 3400 by the end
    const at = (limit: bigint, wasBreach: boolean) =>
      project(basis({ byHour, limit: picoUsd(limit), wasBreach })).isBreach;
    expect(at(3400n, false)).toBe(false);
    expect(at(3399n, false)).toBe(true);
    expect(at(3500n, true)).toBe(true);
    expect(at(3778n, true)).toBe(false); // 90 % of it is 3400.2
  });

  it('counts only what is left of the hour and of the month', () => {
    const byHour = hours(24, () => 60n);
    const half = project(
      basis({
        byHour,
        now: new Date(NOW.getTime() + HOUR_MS / 2),
        endsAt: new Date(NOW.getTime() + HOUR_MS),
      }),
    );
    expect(half.total).toBe(1030n);
  });

  it('is never below what is spent, and never early', () =>
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 50n }), {
          minLength: 24,
          maxLength: 700,
        }),
        fc.bigInt({ min: 0n, max: 2n ** 55n }),
        fc.bigInt({ min: 0n, max: 2n ** 60n }),
        (costs, settled, limit) => {
          const byHour = hours(costs.length, () => costs.pop() ?? 0n);
          const result = project(
            basis({ byHour, settled: picoUsd(settled), limit: picoUsd(limit) }),
          );
          if (result.total === undefined) return;
          expect(result.total).toBeGreaterThanOrEqual(settled);
          const isExhausted = result.exhaustedAt !== undefined;
          expect(isExhausted).toBe(result.total > limit || settled >= limit);
        },
      ),
    ));
});

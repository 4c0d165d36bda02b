import { picoUsd, sumPicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { fakeSpend } from '../../__testUtils__/fakeSpend';
import { MOST_GROUPS, toSeries, windowOf } from './spend.utils';

const NOW = DateTime.fromISO('2026-11-22T10:30:00+01:00');

describe('windowOf', () => {
  it.each([
    ['24h', '2026-11-21T10:00:00.000Z', '2026-11-22T10:00:00.000Z', 'hour'],
    ['7d', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day'],
    ['30d', '2026-10-24T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day'],
    ['90d', '2026-08-25T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day'],
    ['month', '2026-11-01T00:00:00.000Z', '2026-11-23T00:00:00.000Z', 'day'],
  ] as const)(
    'of %s is whole hours or days, in UTC',
    (range, from, to, interval) => {
      expect(windowOf(range, NOW)).toEqual({ from, to, interval });
    },
  );
});

describe('toSeries', () => {
  const window = windowOf('24h', NOW);

  it('leaves no hour out and loses no pico-dollar', () => {
    const report = fakeSpend({ ...window, groupBy: 'model' }, NOW.toJSDate());
    const { buckets, groups } = toSeries(report, window, id => id);
    expect(buckets).toHaveLength(24);
    const total = report.total.costPicoUsd;
    expect(sumPicoUsd(buckets.map(each => each.total))).toBe(total);
    expect(sumPicoUsd(groups.map(each => each.total))).toBe(total);
  });

  it('draws the groups that cost least as one', () => {
    const series = Array.from({ length: 10 }, (_, index) => ({
      from: window.from,
      id: `model-${9 - index}`,
      costPicoUsd: picoUsd(10n ** BigInt(index)),
    }));
    const { groups, buckets } = toSeries({ series }, window, id => id);
    expect(groups).toHaveLength(MOST_GROUPS + 1);
    expect(groups[MOST_GROUPS]).toEqual({
      id: 'others',
      label: '3 others',
      total: 111n,
    });
    expect(buckets[0].costs[MOST_GROUPS]).toBe(111n);
    expect(buckets[0].total).toBe(1_111_111_111n);
  });

  it('keeps the order of colours while costs change', () => {
    const point = (id: string, cost: bigint) => ({
      from: window.from,
      id,
      costPicoUsd: picoUsd(cost),
    });
    const before = toSeries(
      { series: [point('b', 9n), point('a', 1n)] },
      window,
      id => id,
    );
    const after = toSeries(
      { series: [point('b', 1n), point('a', 9n)] },
      window,
      id => id,
    );
    expect(before.groups.map(each => each.id)).toEqual(['a', 'b']);
    expect(after.groups.map(each => each.id)).toEqual(['a', 'b']);
  });
});

import { GpuSums, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import {
  formatGpuHours,
  formatHours,
  toLedgerSeries,
  windowOf,
} from './gpu.utils';

const NOW = DateTime.fromISO('2026-11-22T23:30:00-02:00'); // the 23rd in UTC

describe('windowOf', () => {
  it.each([
    ['7d', '2026-11-17', '2026-11-24'],
    ['month', '2026-11-01', '2026-11-24'],
    ['last-month', '2026-10-01', '2026-11-01'],
  ] as const)('cuts %s to whole UTC days', (range, from, to) => {
    expect(windowOf(range, NOW)).toEqual({
      from: `${from}T00:00:00.000Z`,
      to: `${to}T00:00:00.000Z`,
      interval: 'day',
    });
  });
});

describe('toLedgerSeries', () => {
  const sums = (unknown: bigint): GpuSums => ({
    billedPicoUsd: picoUsd(10n),
    usedPicoUsd: picoUsd(5n),
    unknownPicoUsd: picoUsd(unknown),
    idlePicoUsd: picoUsd(3n),
    unallocatedPicoUsd: picoUsd(2n),
    estimatedPicoUsd: picoUsd(0n),
    gpuTime: { used: 5n, unknown, idle: 3n, unallocated: 2n },
  });
  const window = windowOf('7d', NOW);
  const report = (unknown: bigint) => ({
    total: sums(unknown),
    days: [{ from: '2026-11-18T00:00:00.000Z', ...sums(unknown) }],
  });

  it('has every day, and sums to the bill', () => {
    const { buckets, groups } = toLedgerSeries(report(0n), window);
    expect(buckets.map(bucket => bucket.total)).toEqual([
      0n,
      10n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ]);
    expect(groups.map(group => [group.id, group.total])).toEqual([
      ['used', 5n],
      ['idle', 3n],
      ['unallocated', 2n],
    ]);
  });

  it('takes what nobody measured out of what was used, and counts it once', () => {
    const { buckets, groups } = toLedgerSeries(report(4n), window);
    expect(groups.map(group => group.total)).toEqual([1n, 3n, 2n, 4n]);
    expect(buckets[1]).toMatchObject({ costs: [1n, 3n, 2n, 4n], total: 10n });
  });
});

it('writes hours to a tenth', () => {
  expect(formatGpuHours(5_400_000n)).toBe('1.5');
  expect(formatGpuHours(3_600_000n * 1_234n)).toBe('1,234.0');
  expect(formatHours(5_400n)).toBe('1.5');
});

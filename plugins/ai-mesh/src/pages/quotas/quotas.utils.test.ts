import {
  Budget,
  parseUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseLimit, statusOf, toRows } from './quotas.utils';

function budget(ref: string, more: Partial<Budget>): Budget {
  return {
    departmentRef: ref,
    title: ref,
    type: 'department',
    depth: 0,
    period: '2026-11',
    spentPicoUsd: parseUsd('1'),
    leasedPicoUsd: parseUsd('0.5'),
    limitPicoUsd: parseUsd('10'),
    leftPicoUsd: parseUsd('9'),
    canUpdate: false,
    ...more,
  };
}

describe('statusOf', () => {
  const limitPicoUsd = parseUsd('100');
  it.each([
    ['79.99', 'OK'],
    ['80', '80 % used'],
    ['99.999999999999', '80 % used'],
    ['100', 'Used up'],
    ['100.000000000001', 'Over'],
  ])('of %s spent of 100 is %s', (spent, text) => {
    const spentPicoUsd = parseUsd(spent);
    expect(statusOf({ limitPicoUsd, spentPicoUsd }).text).toBe(text);
  });

  it('is no limit without one', () => {
    expect(statusOf({ spentPicoUsd: picoUsd(1n) }).text).toBe('No limit');
  });
});

describe('toRows', () => {
  it('sums those whose parent is not among them, so that nothing counts twice', () => {
    const rows = toRows([
      budget('a', { parentRef: 'above', depth: 1 }),
      budget('a1', { parentRef: 'a', depth: 2 }),
      budget('b', { parentRef: 'above', depth: 1 }),
    ]);
    expect(rows.map(row => row.depth)).toEqual([0, 1, 0, 0]);
    expect(rows[3]).toMatchObject({
      title: 'Total',
      spentPicoUsd: parseUsd('2'),
      leasedPicoUsd: parseUsd('1'),
      limitPicoUsd: parseUsd('20'),
      leftPicoUsd: parseUsd('18'),
    });
  });

  it('has no total limit when one part has none', () => {
    const rows = toRows([
      budget('a', {}),
      budget('b', { limitPicoUsd: undefined, leftPicoUsd: undefined }),
    ]);
    expect(rows[2].limitPicoUsd).toBeUndefined();
    expect(rows[2].leftPicoUsd).toBeUndefined();
  });

  it('has no total of nothing', () => {
    expect(toRows([])).toEqual([]);
  });
});

describe('parseLimit', () => {
  it.each([
    ['', { limitUsd: null }],
    [' 250 ', { limitUsd: '250' }],
    ['0.05', { limitUsd: '0.05' }],
    ['-1', { error: 'A budget cannot be below zero' }],
    ['1e3', { error: expect.stringContaining('expected a plain decimal') }],
    ['1,000', { error: expect.stringContaining('expected a plain decimal') }],
  ])('of "%s"', (text, expected) => {
    expect(parseLimit(text)).toEqual(expected);
  });
});

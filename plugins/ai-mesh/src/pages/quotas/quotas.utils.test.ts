import {
  Budget,
  parseUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { toChange, toForm } from './budgetForm';
import {
  actionOf,
  formatRough,
  matching,
  nameOf,
  parseLimit,
  sorted,
  startOfDay,
  statusOf,
  toTreeRows,
} from './quotas.utils';

function budget(id: string, more: Partial<Budget>): Budget {
  return {
    id,
    level: 'department',
    ref: id,
    departmentRef: id,
    title: id,
    type: 'department',
    depth: 0,
    period: '2026-11',
    timeZone: 'UTC',
    spentPicoUsd: parseUsd('1'),
    leasedPicoUsd: parseUsd('0.5'),
    limitPicoUsd: parseUsd('10'),
    effectiveLimitPicoUsd: parseUsd('10'),
    leftPicoUsd: parseUsd('9'),
    carriedPicoUsd: parseUsd('0'),
    topUpPicoUsd: parseUsd('0'),
    kind: 'hard',
    carryOver: 'none',
    rules: [],
    isEndGame: false,
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

describe('toTreeRows', () => {
  it('sums those whose parent is not among them, so that nothing counts twice', () => {
    const rows = toTreeRows([
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
    const rows = toTreeRows([
      budget('a', {}),
      budget('b', { effectiveLimitPicoUsd: undefined, leftPicoUsd: undefined }),
    ]);
    expect(rows[2].limitPicoUsd).toBeUndefined();
    expect(rows[2].leftPicoUsd).toBeUndefined();
  });

  it('has no total of nothing', () => {
    expect(toTreeRows([])).toEqual([]);
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

describe('sorted and matching', () => {
  const budgets = [
    budget('b', { spentPicoUsd: parseUsd('3'), model: 'gpt-4o' }),
    budget('a', { spentPicoUsd: parseUsd('9'), costCentre: 'CC-7' }),
    budget('c', { effectiveLimitPicoUsd: parseUsd('1') }),
  ];
  const ids = (items: readonly Budget[]) => items.map(each => each.id);

  it.each([
    ['title', 'ascending', ['a', 'b', 'c']],
    ['title', 'descending', ['c', 'b', 'a']],
    ['spent', 'ascending', ['c', 'b', 'a']],
    ['used', 'descending', ['c', 'a', 'b']],
    ['nonsense', 'ascending', ['a', 'b', 'c']],
  ])('orders by %s, %s', (sort, order, expected) => {
    expect(ids(sorted(budgets, { sort, order }))).toEqual(expected);
  });

  it.each([
    [' GPT', ['b']],
    ['cc-7', ['a']],
    ['', ['b', 'a', 'c']],
  ])('finds "%s"', (search, expected) => {
    expect(ids(matching(budgets, search))).toEqual(expected);
  });

  it('names a budget with its model', () => {
    expect(budgets.map(nameOf)).toEqual(['b, gpt-4o', 'a', 'c']);
  });
});

describe('formatRough', () => {
  it.each([
    ['1234.56', '≈ $1,200.00'],
    ['1250', '≈ $1,300.00'],
    ['0.0123', '≈ $0.012'],
    ['0', '≈ $0.00'],
  ])('of %s is %s', (usd, text) => {
    expect(formatRough(parseUsd(usd))).toBe(text);
  });
});

describe('startOfDay', () => {
  it('is the first moment of a day in the zone of the budgets', () => {
    const zone = 'America/New_York';
    expect(startOfDay('2026-11-01', zone, { plusDays: 0 })).toBe(
      '2026-11-01T04:00:00.000Z',
    );
    // the day on which clocks go back has 25 hours
    expect(startOfDay('2026-11-01', zone, { plusDays: 1 })).toBe(
      '2026-11-02T05:00:00.000Z',
    );
    expect(startOfDay('', zone, { plusDays: 1 })).toBeUndefined();
  });
});

describe('the form of a budget', () => {
  const rules: Budget['rules'] = [
    { at: 80, then: { action: 'cap-output', maxOutputTokens: 500 } },
    { at: 'projected-breach', then: { action: 'queue', seconds: 20 } },
    { at: 100, then: { action: 'block' } },
  ];

  it('gives back what it was made of', () => {
    const { kind, carryOver } = budget('a', {});
    expect(toChange(toForm(budget('a', { rules })))).toEqual({
      change: { limitUsd: '10.00', kind, carryOver, rules },
    });
  });

  it('says what each rule does', () => {
    expect(rules.map(actionOf)).toEqual([
      'At most 500 output tokens',
      'Wait up to 20 s',
      'Block',
    ]);
  });

  it('names each field that is wrong', () => {
    const form = toForm(budget('a', { rules }));
    form.limitUsd = '-1';
    form.rules[0].percent = '8.5';
    form.rules[0].amount = '0';
    form.rules[1].amount = '61';
    form.rules[2].percent = '201';
    const result = toChange(form);
    expect('errors' in result && Object.keys(result.errors)).toEqual([
      'limitUsd',
      'rules.0.at',
      'rules.0.then',
      'rules.1.then',
      'rules.2.at',
    ]);
  });
});

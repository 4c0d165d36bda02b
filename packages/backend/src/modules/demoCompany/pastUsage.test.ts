import {
  costOf,
  KeyId,
  parseRate,
  parseUsd,
  sumPicoUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DEMO_DEPARTMENTS, DEMO_PARENT_BUDGETS } from './company';
import { DemoPrice, generatePastUsage } from './pastUsage';

const NOW = new Date('2026-11-22T10:20:00Z'); // a Sunday
const DAY_MS = 86_400_000;

const PRICES: Record<string, DemoPrice> = {
  'gpt-4o': price('0.0000025', '0.00001', '0.00000125'),
  'gpt-4o-mini': price('0.00000015', '0.0000006', '0.000000075'),
  'llama-3-8b-instruct': price('0.00000005', '0.00000008'),
  'text-embedding-3-small': price('0.00000002'),
};

function price(input: string, output?: string, cached?: string): DemoPrice {
  return {
    priceVersionId: 'p1',
    rates: { input, output, 'cached-input': cached },
  };
}

function generate(overrides: { now?: Date; seed?: number } = {}) {
  return generatePastUsage({
    seed: overrides.seed ?? 7,
    now: overrides.now ?? NOW,
    days: 30,
    departments: DEMO_DEPARTMENTS,
    keyIdOf: ref => ref.slice(-12).padStart(12, '0') as KeyId,
    priceOf: model => PRICES[model],
  });
}

/** What a department booked in the month of `now`, in percent of its budget. */
function usedPercent(
  records: UsageRecord[],
  options: { now: Date; refs: string[]; budgetUsd: string },
): number {
  const month = options.now.toISOString().slice(0, 7);
  const costs = records
    .filter(record => options.refs.includes(record.departmentRef))
    .filter(record => record.occurredAt.startsWith(month))
    .flatMap(record => record.lines.map(line => line.costPicoUsd));
  const budget = parseUsd(options.budgetUsd);
  return Number((sumPicoUsd(costs) * 1000n) / budget) / 10;
}

it('is the same for the same seed and clock, and another for another seed', () => {
  expect(generate()).toEqual(generate());
  expect(generate({ seed: 8 })).not.toEqual(generate());
});

it('has a size that is booked in seconds, with ids that never repeat', () => {
  const records = generate();
  expect(records.length).toBeGreaterThan(4000);
  expect(records.length).toBeLessThan(9000);
  expect(new Set(records.map(record => record.requestId)).size).toBe(
    records.length,
  );
});

it('lies in the last thirty days and never in the future', () => {
  const times = generate().map(record => Date.parse(record.occurredAt));
  expect(times.every(time => time < NOW.getTime())).toBe(true);
  expect(times.every(time => time > NOW.getTime() - 31 * DAY_MS)).toBe(true);
});

it('charges the price for positive counts, to the pico-dollar', () => {
  const wrong = generate().filter(record =>
    record.lines.some(line => {
      const rate = PRICES[record.model].rates[line.tokenClass] ?? 'no rate';
      const cost = costOf(line.tokens, parseRate(rate));
      return line.tokens <= 0n || cost <= 0n || line.costPicoUsd !== cost;
    }),
  );
  expect(wrong).toEqual([]);
});

it('saves money where the house’s own model stood in for a dearer one, and nowhere else', () => {
  const records = generate();
  const standIns = records.filter(each => each.servedBecause === 'fallback');
  expect(standIns.length).toBeGreaterThan(100);
  for (const each of standIns) {
    expect(each.requestedModel).toBe('gpt-4o');
    expect(each.avoidedPicoUsd ?? 0n).toBeGreaterThan(0n);
  }
  const others = records.filter(each => each.servedBecause === 'requested');
  expect(others.every(each => each.avoidedPicoUsd === undefined)).toBe(true);
  expect(standIns.length + others.length).toBe(records.length);
});

it('works in the week: no weekend day is half as busy as any whole working day', () => {
  const calls = new Map<string, number>();
  for (const record of generate()) {
    const day = record.occurredAt.slice(0, 10);
    calls.set(day, (calls.get(day) ?? 0) + 1);
  }
  const whole = [...calls].filter(([day]) => {
    const start = Date.parse(day);
    return (
      start >= NOW.getTime() - 30 * DAY_MS && start + DAY_MS <= NOW.getTime()
    );
  });
  const isWeekend = (day: string) => [0, 6].includes(new Date(day).getUTCDay());
  const weekend = whole.filter(([day]) => isWeekend(day)).map(each => each[1]);
  const week = whole.filter(([day]) => !isWeekend(day)).map(each => each[1]);
  expect(weekend.length).toBeGreaterThanOrEqual(8);
  expect(Math.max(...weekend) * 2).toBeLessThan(Math.min(...week));
});

it('grows: the last ten working days see more calls than the first ten', () => {
  const times = generate().map(record => Date.parse(record.occurredAt));
  const since = (days: number) => NOW.getTime() - days * DAY_MS;
  const first = times.filter(time => time < since(16)).length;
  const last = times.filter(time => time >= since(14)).length;
  expect(last).toBeGreaterThan(first * 1.1);
});

describe.each([
  '2026-11-22T10:20:00Z',
  '2026-11-30T23:59:00Z',
  '2026-12-01T00:00:30Z',
  '2026-11-01T09:00:00Z', // the first day is a Sunday
  '2026-03-02T18:30:00Z',
])('at %s', time => {
  const now = new Date(time);
  const records = generate({ now });

  it.each(DEMO_DEPARTMENTS)('leaves room in the budget of $ref', department => {
    const used = usedPercent(records, {
      now,
      refs: [department.ref],
      budgetUsd: department.budgetUsd,
    });
    const isNearLimit = department.ref === 'group:default/logistics';
    expect(used).toBeLessThanOrEqual(isNearLimit ? 92 : 70);
  });

  it.each(DEMO_PARENT_BUDGETS)('leaves room in $departmentRef', parent => {
    const used = usedPercent(records, {
      now,
      refs: DEMO_DEPARTMENTS.map(department => department.ref),
      budgetUsd: parent.limitUsd,
    });
    expect(used).toBeLessThanOrEqual(70);
  });
});

it('brings logistics near its limit from the middle of a month on', () => {
  const logistics = DEMO_DEPARTMENTS.find(
    department => department.ref === 'group:default/logistics',
  );
  for (const time of ['2026-11-17T12:00:00Z', '2026-11-29T12:00:00Z']) {
    const now = new Date(time);
    const used = usedPercent(generate({ now }), {
      now,
      refs: ['group:default/logistics'],
      budgetUsd: logistics?.budgetUsd ?? 'not found',
    });
    expect(used).toBeGreaterThanOrEqual(78);
    expect(used).toBeLessThanOrEqual(92);
  }
});

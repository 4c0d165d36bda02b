import { gpuUsageRecordSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generatePastGpuUsage } from './pastGpuUsage';

const NOW = new Date('2026-11-22T10:20:00Z'); // a Sunday
const DAY_MS = 86_400_000;

const generate = (overrides: { now?: Date; seed?: number } = {}) =>
  generatePastGpuUsage({ seed: 7, now: NOW, days: 21, ...overrides });

it('makes records that a fleet could have sent, one for each machine and hour', () => {
  const records = generate().map(record => gpuUsageRecordSchema.parse(record));
  const keys = records.map(({ machineId, from }) => `${machineId} ${from}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(
    Math.min(...records.map(record => record.from)),
  ).toBeGreaterThanOrEqual(NOW.getTime() - 22 * DAY_MS);
  expect(Math.max(...records.map(record => record.to))).toBeLessThanOrEqual(
    NOW.getTime(),
  );
});

it('has something of everything that the page shows', () => {
  const records = generate();
  const allocations = records.flatMap(record => record.allocations);
  expect(new Set(records.map(record => record.pool)).size).toBe(3);
  expect(new Set(allocations.map(each => each.method)).size).toBe(3);
  expect(allocations.some(each => each.activeShare === undefined)).toBe(true);
  const evictions = records.flatMap(record => record.evictions ?? []);
  expect(evictions.length).toBeGreaterThan(2);
  const serving = records.filter(record => record.pool === 'serving');
  expect(serving).toHaveLength(21 * 24);
});

it('says the same again for the same seed and clock', () => {
  expect(generate()).toEqual(generate());
  expect(generate({ seed: 8 })).not.toEqual(generate());
});

it('keeps what it said of an hour when it has to run again later', () => {
  const later = generate({ now: new Date(NOW.getTime() + 2 * DAY_MS) });
  const overlap = generate().filter(record => record.from >= later[0].from);
  expect(overlap.length).toBeGreaterThan(500);
  const said = new Set(later.map(record => JSON.stringify(record)));
  expect(overlap.filter(each => !said.has(JSON.stringify(each)))).toEqual([]);
});

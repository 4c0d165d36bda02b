import {
  parseKey,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import type { MeshSeedContext } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { createDemoSeed } from './createDemoSeed';

const DEMO_KEY =
  'sk-mesh-demo00000000-openOnlyTheDemoWithThisKeyAndNothingElse2Woue5';

/** Remembers what a seed does, as the control plane would. */
function createContext(options: { unpriced?: string } = {}) {
  const keys: Array<Parameters<MeshSeedContext['issueKey']>[0]> = [];
  const budgets = new Map<string, string>();
  const batches: Array<readonly UsageRecord[]> = [];
  const context: MeshSeedContext = {
    async issueKey(key) {
      keys.push(key);
      const id = parseKey(key.secret ?? '')?.id;
      if (!id) throw new Error('malformed key');
      return { id, secret: key.secret ?? '' };
    },
    async setBudget({ departmentRef, limitUsd }) {
      budgets.set(departmentRef, limitUsd);
    },
    async priceOf(model) {
      if (model === options.unpriced) return undefined;
      return {
        priceVersionId: `price-of-${model}`,
        rates: { input: '0.000001', output: '0.000004' },
      };
    },
    async bookDemoUsage(records) {
      batches.push(records);
    },
    async recordGpuUsage() {},
  };
  return { context, keys, budgets, batches };
}

const seed = createDemoSeed({
  demoKey: DEMO_KEY,
  now: () => new Date('2026-11-22T10:20:00Z'),
});

it('issues the demo key for every model, and one key for each application', async () => {
  const { context, keys } = createContext();
  await seed.run(context);
  expect(keys[0]).toMatchObject({
    applicationRef: 'component:default/support-bot',
    secret: DEMO_KEY,
    models: [
      'gpt-4o',
      'gpt-4o-mini',
      'llama-3-8b-instruct',
      'text-embedding-3-small',
    ],
  });
  expect(new Set(keys.slice(1).map(key => key.applicationRef)).size).toBe(10);
  expect(new Set(keys.map(key => key.secret)).size).toBe(11);
});

it('lets a cheaper model stand in only for the applications that say so', async () => {
  const { context, keys } = createContext();
  await seed.run(context);
  expect(
    keys
      .filter(key => key.criticality === 'non-critical')
      .map(key => key.applicationRef),
  ).toEqual([
    'component:default/returns-assistant',
    'component:default/route-planner',
  ]);
});

it('issues the same keys and books the same calls when it has to run again', async () => {
  const [first, second] = [createContext(), createContext()];
  await seed.run(first.context);
  await seed.run(second.context);
  expect(second.keys).toEqual(first.keys);
  expect(second.batches).toEqual(first.batches);
});

it('gives every spending department and those above it a budget that covers them', async () => {
  const { context, budgets } = createContext();
  await seed.run(context);
  const limit = (name: string) => Number(budgets.get(`group:default/${name}`));
  const commerce = ['customer-care', 'online-store', 'logistics'].map(limit);
  const others = ['research', 'finance-and-legal'].map(limit);
  const sum = (limits: number[]) => limits.reduce((a, b) => a + b, 0);
  expect(limit('commerce')).toBeGreaterThanOrEqual(sum(commerce));
  expect(limit('halden')).toBeGreaterThanOrEqual(
    limit('commerce') + sum(others),
  );
});

it('books the history in batches, on the keys that it issued', async () => {
  const { context, batches } = createContext();
  await seed.run(context);
  expect(Math.max(...batches.map(batch => batch.length))).toBe(500);
  const keyIds = new Set(batches.flat().map(record => record.keyId));
  expect(keyIds.size).toBe(10);
  expect([...keyIds]).not.toContain(parseKey(DEMO_KEY)?.id); // the demo key has no past
});

it('does nothing yet when a model has no price, rather than book for free', async () => {
  const { context, keys, batches } = createContext({ unpriced: 'gpt-4o' });
  await expect(seed.run(context)).rejects.toThrow('no price of "gpt-4o" yet');
  expect([...keys, ...batches]).toEqual([]);
});

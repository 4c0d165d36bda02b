import {
  Snapshot,
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { ScopeCompiler, scopeOf } from './compileScopes';

const CARE = 'group:default/care';
const BOT = 'component:default/bot';
const OTHER = 'component:default/other';
const KEY_ID = 'AbCdEfGhIjKl';

type Parts = Pick<Snapshot, 'departments' | 'applications' | 'keys'>;

function parse(changes: Partial<SnapshotInput>): Parts {
  return snapshotSchema.parse({
    version: '1',
    generatedAt: '2026-11-22T10:00:00.000Z',
    models: [],
    keys: [],
    departments: [{ ref: CARE, budgetEpoch: 3 }],
    ...changes,
  });
}

function keyInput(
  changes: Partial<SnapshotInput['keys'][number]> = {},
): SnapshotInput['keys'][number] {
  return {
    id: KEY_ID,
    hash: '0'.repeat(64),
    applicationRef: BOT,
    departmentRef: CARE,
    models: [],
    expiresAt: '2999-01-01T00:00:00.000Z',
    ...changes,
  };
}

function compile(changes: Partial<SnapshotInput>) {
  const snapshot = parse({ keys: [keyInput()], ...changes });
  const compiler = new ScopeCompiler(snapshot);
  const scopes = snapshot.keys.map(key => compiler.ofKey(key));
  return { compiler, scopes, of: (model: string) => scopeOf(scopes[0], model) };
}

it('names of a call only what has a budget', () => {
  const none = compile({}).of('gpt-4o');
  expect(none.budgets).toEqual({ departmentRef: CARE });
  expect(none.epoch).toBe(3);
  expect(none.measures).toBeUndefined();

  const all = compile({
    departments: [
      { ref: CARE, budgetEpoch: 3, modelBudgets: { 'gpt-4o': { epoch: 10 } } },
    ],
    applications: [
      {
        ref: BOT,
        budget: { epoch: 100, models: { 'gpt-4o': { epoch: 1e3 } } },
      },
      { ref: OTHER, budget: { epoch: 7e7 } },
    ],
    keys: [
      keyInput({ budget: { epoch: 1e4, models: { mini: { epoch: 1e5 } } } }),
    ],
  });
  const budgets = { departmentRef: CARE, applicationRef: BOT, keyId: KEY_ID };
  expect(all.of('gpt-4o')).toMatchObject({
    budgets: { ...budgets, model: 'gpt-4o' },
    epoch: 11_113,
  });
  expect(all.of('mini')).toMatchObject({
    budgets: { ...budgets, model: 'mini' },
    epoch: 110_103,
  });
  expect(all.of('another').budgets).toEqual(budgets);
  expect(all.of('another').epoch).toBe(10_103);
});

it('lets keys share leases that have no budgets of their own', () => {
  const { scopes, compiler } = compile({
    keys: [
      keyInput(),
      keyInput({ id: 'BbCdEfGhIjKl', applicationRef: OTHER }),
      keyInput({ id: 'CbCdEfGhIjKl', budget: { epoch: 1 } }),
    ],
  });
  expect(scopes[1]).toBe(scopes[0]);
  expect(scopes[2].common.id).not.toBe(scopes[0].common.id);
  expect(compiler.ofDepartment(CARE)).toBe(scopes[0]);
  expect([...compiler.byId.keys()].sort()).toEqual(
    [scopes[0].common.id, scopes[2].common.id].sort(),
  );
});

it('has one id for the same budgets and others for others, whatever they are called', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, fc.option(text), (ref, other, model) => {
      const idsOf = (department: string) => {
        const modelBudgets =
          model === null ? {} : { [model]: { epoch: 1, measures: [] } };
        const of = {
          ref: department,
          budgetEpoch: 1,
          limits: {},
          measures: [],
        };
        const compiler = new ScopeCompiler({
          departments: [{ ...of, modelBudgets }],
          applications: [],
        });
        compiler.ofDepartment(department);
        return [...compiler.byId.keys()];
      };
      expect(idsOf(ref)).toEqual(idsOf(ref));
      expect(new Set(idsOf(ref)).size).toBe(model === null ? 1 : 2);
      const shared = idsOf(ref).filter(id => idsOf(other).includes(id));
      expect(shared.length > 0).toBe(ref === other);
    }),
  );
});

it('puts the measures of all budgets of a call together', () => {
  const { of } = compile({
    departments: [
      {
        ref: CARE,
        budgetEpoch: 1,
        measures: [
          { action: 'cap-output', maxOutputTokens: 500 },
          { action: 'queue', seconds: 5 },
        ],
        modelBudgets: {
          'gpt-4o': { epoch: 1, measures: [{ action: 'block' }] },
        },
      },
    ],
    keys: [
      keyInput({
        budget: {
          epoch: 1,
          measures: [
            { action: 'cheaper-model' },
            { action: 'cap-output', maxOutputTokens: 200 },
            { action: 'queue', seconds: 20 },
          ],
        },
      }),
    ],
  });
  const common = {
    prefersCheaper: true,
    maxOutputTokens: 200,
    queueMs: 20_000,
  };
  expect(of('mini').measures).toEqual({ ...common, blockedBy: undefined });
  expect(of('gpt-4o').measures).toEqual({
    ...common,
    blockedBy: 'department-model',
  });
});

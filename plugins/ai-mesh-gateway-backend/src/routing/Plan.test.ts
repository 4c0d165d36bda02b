import {
  FallbackCause,
  fallbackCauseSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { Candidate } from './Plan';
import { idsOf, ModelSketch, walk, World } from './__testUtils__/World';

const CAUSES = fallbackCauseSchema.options;
const LONG_MS = 600_000;

/** Model `a` with one target and a stand-in for one cause. */
function withFallback(
  on: FallbackCause[],
  rule: { calls?: 'all' | 'non-critical' } = {},
  standIn: Partial<ModelSketch> = {},
): World {
  return new World({
    models: [
      {
        name: 'a',
        routing: { retries: 0, fallbacks: [{ model: 'b', on, ...rule }] },
      },
      { name: 'b', routing: { retries: 0 }, ...standIn },
    ],
  });
}

describe('Plan: further targets of the model', () => {
  const world = () =>
    new World({
      models: [
        {
          name: 'a',
          targets: [{ id: '1' }, { id: '2', order: 1 }, { id: '3', order: 2 }],
          routing: { retries: 2 },
        },
      ],
    });

  it.each(['error', 'rate-limit', 'timeout'] as const)(
    'come one after the other, without a wait, when one fails by %s',
    cause => {
      const candidates = walk(world().plan('a'), cause);
      expect(idsOf(candidates)).toEqual(['1', '2', '3']);
      expect(candidates.map(({ waitMs }) => waitMs)).toEqual([0, 0, 0]);
    },
  );

  it.each(['context-length', 'content-filter', 'budget'] as const)(
    'do not help against %s: that is about the request',
    cause => {
      expect(idsOf(walk(world().plan('a'), cause))).toEqual(['1']);
    },
  );

  it('are never those whose circuit is open', () => {
    const each = world();
    each.fail('2');
    expect(idsOf(walk(each.plan('a'), 'timeout'))).toEqual(['1', '3']);
  });

  it('take a caller of the candidate back to the stable release when that fails', () => {
    const each = new World({
      models: [
        {
          name: 'a',
          targets: [{ id: 'old' }, { id: 'new', stage: 'candidate' }],
          routing: { candidateShare: 1, retries: 1 },
        },
      ],
    });
    expect(idsOf(walk(each.plan('a'), 'timeout'))).toEqual(['new', 'old']);
  });

  it('never take a caller of the stable release to the candidate', () => {
    const each = new World({
      models: [
        {
          name: 'a',
          targets: [{ id: 'old' }, { id: 'new', stage: 'candidate' }],
          routing: { retries: 1 },
        },
      ],
    });
    expect(idsOf(walk(each.plan('a'), 'timeout'))).toEqual(['old']);
  });
});

describe('Plan: the same target once more', () => {
  const world = () =>
    new World({
      models: [{ name: 'a', routing: { retries: 3 } }],
      failures: Infinity,
    });

  it.each(['error', 'rate-limit'] as const)(
    'comes after %s, with growing pauses, between half and all of them',
    cause => {
      const least = walk(world().plan('a', { random: () => 0 }), cause);
      expect(least.map(({ waitMs }) => waitMs)).toEqual([0, 125, 250, 500]);
      const most = walk(world().plan('a', { random: () => 0.999999 }), cause);
      expect(most.map(({ waitMs }) => Math.round(waitMs))).toEqual([
        0, 250, 500, 1_000,
      ]);
    },
  );

  it('does not come after a timeout, which would only take as long again', () => {
    expect(walk(world().plan('a'), 'timeout')).toHaveLength(1);
  });

  it('does not come when the client itself sends its call again', () => {
    const plan = world().plan('a', { isRepeated: true });
    expect(walk(plan, 'error')).toHaveLength(1);
  });

  it('waits as long as the provider asks, unless that is long', () => {
    const plan = world().plan('a');
    plan.first();
    const remainingMs = LONG_MS;
    const next = plan.next('rate-limit', { retryAfterMs: 3_000, remainingMs });
    expect(next?.waitMs).toBe(3_000);
    expect(
      plan.next('rate-limit', { retryAfterMs: 5_001, remainingMs }),
    ).toBeUndefined();
  });

  it('does not come when the wait would outlast the caller', () => {
    const plan = world().plan('a');
    plan.first();
    expect(
      plan.next('rate-limit', { retryAfterMs: 800, remainingMs: 800 }),
    ).toBeUndefined();
    expect(
      plan.next('rate-limit', { retryAfterMs: 800, remainingMs: 801 })?.waitMs,
    ).toBe(800);
  });

  it('does not come to a target whose circuit has opened', () => {
    const each = new World({ models: [{ name: 'a' }], failures: 1 });
    const plan = each.plan('a');
    plan.first();
    each.fail('a@a');
    expect(plan.next('error', { remainingMs: LONG_MS })).toBeUndefined();
  });
});

describe('Plan: models that stand in', () => {
  it.each(CAUSES)('come for the causes of their rule: %s', cause => {
    const candidates = walk(withFallback([cause]).plan('a'), cause);
    expect(idsOf(candidates)).toEqual(['a@a', 'b@a']);
    expect(candidates.map(({ because }) => because)).toEqual([
      'requested',
      'fallback',
    ]);
    for (const other of CAUSES.filter(each => each !== cause)) {
      const plan = withFallback([cause]).plan('a');
      expect(idsOf(walk(plan, other))).toEqual(['a@a']);
    }
  });

  it('do not come for a critical call, unless the rule is for all calls', () => {
    const critical = { criticality: 'critical' } as const;
    const asked = idsOf(
      walk(withFallback(['error']).plan('a', critical), 'error'),
    );
    expect(asked).toEqual(['a@a']);
    const all = withFallback(['error'], { calls: 'all' });
    expect(idsOf(walk(all.plan('a', critical), 'error'))).toEqual([
      'a@a',
      'b@a',
    ]);
  });

  it.each<[string, ConstructorParameters<typeof World>[0]]>([
    ['the key may not use', { models: [], allowed: ['a'] }],
    ['computes in no allowed region', { models: [], regions: ['eu'] }],
    ['is of another kind', { models: [{ name: 'b', kind: 'embedding' }] }],
    ['is not there', { models: [{ name: 'c' }] }],
  ])('are left out when the model is one that %s', (_what, changes) => {
    const { models, ...rest } = changes;
    const world = new World({
      ...rest,
      models: [
        {
          name: 'a',
          targets: [{ id: 'a@a', region: 'eu' }],
          routing: {
            retries: 0,
            fallbacks: [{ model: 'b', on: ['error'] }],
          },
        },
        ...(models.length > 0
          ? models
          : [{ name: 'b', targets: [{ id: 'b@a', region: 'us' }] }]),
      ],
    });
    expect(idsOf(walk(world.plan('a'), 'error'))).toEqual(['a@a']);
  });

  it('are left out when no target of theirs serves the route, or is available', () => {
    const world = withFallback(['error']);
    const canServe = ({ id }: { id: string }) => id !== 'b@a';
    expect(idsOf(walk(world.plan('a', { canServe }), 'error'))).toEqual([
      'a@a',
    ]);
    world.fail('b@a');
    expect(idsOf(walk(world.plan('a'), 'error'))).toEqual(['a@a']);
  });

  it('come before the first attempt, too, when no target is available', () => {
    const world = withFallback(['error']);
    world.fail('a@a');
    const plan = world.plan('a');
    expect(plan.first()).toBeUndefined();
    expect(plan.refusal()).toMatchObject({
      code: 'upstream_unavailable',
      headers: ['retry-after', '2'],
    });
    expect(plan.next('error', { remainingMs: LONG_MS })).toMatchObject({
      because: 'fallback',
      target: { id: 'b@a' },
    });
  });

  it('have stand-ins of their own, after those of the model that was asked for', () => {
    const world = new World({
      models: [
        {
          name: 'a',
          routing: {
            retries: 0,
            fallbacks: [
              { model: 'b', on: ['error'] },
              { model: 'c', on: ['error'] },
            ],
          },
        },
        {
          name: 'b',
          routing: { retries: 0, fallbacks: [{ model: 'd', on: ['error'] }] },
        },
        { name: 'c', routing: { retries: 0 } },
        { name: 'd', routing: { retries: 0 } },
      ],
    });
    const ids = idsOf(walk(world.plan('a'), 'error'));
    expect(ids.slice(0, 3)).toEqual(['a@a', 'b@a', 'c@a']);
  });

  it('end when the deadline is over', () => {
    const plan = withFallback(['timeout']).plan('a');
    plan.first();
    expect(plan.next('timeout', { remainingMs: 0 })).toBeUndefined();
  });
});

describe('Plan: the specialist', () => {
  const world = () =>
    new World({
      models: [{ name: 'large' }, { name: 'small', routing: { retries: 0 } }],
    });

  it('gives way to the model that was asked for, whatever the cause and however critical', () => {
    for (const cause of CAUSES) {
      const plan = world().plan('large', {
        model: 'small',
        criticality: 'critical',
      });
      expect(walk(plan, cause).slice(0, 2)).toMatchObject([
        { target: { id: 'small@a' }, because: 'specialist' },
        { target: { id: 'large@a' }, because: 'requested' },
      ]);
    }
  });
});

describe('Plan: a refusal', () => {
  it('names the region when the model is computed elsewhere', () => {
    const world = new World({ models: [{ name: 'a' }], regions: ['eu'] });
    const plan = world.plan('a');
    expect(plan.first()).toBeUndefined();
    expect(plan.refusal().code).toBe('region_not_allowed');
  });

  it('says when no provider of the model serves the route', () => {
    const world = new World({ models: [{ name: 'a' }] });
    const plan = world.plan('a', { canServe: () => false });
    expect(plan.first()).toBeUndefined();
    expect(plan.refusal().code).toBe('invalid_value');
  });
});

describe('Plan: every plan', () => {
  const names = ['a', 'b', 'c', 'd'];
  const sketch = (name: string): fc.Arbitrary<ModelSketch> =>
    fc.record({
      name: fc.constant(name),
      kind: fc.constantFrom('chat', 'chat', 'embedding'),
      targets: fc
        .array(
          fc.record({
            region: fc.constantFrom('eu', 'us', undefined),
            order: fc.integer({ min: 0, max: 2 }),
            stage: fc.constantFrom('stable', 'candidate'),
          }),
          { minLength: 1, maxLength: 3 },
        )
        .map(targets =>
          targets.map((target, index) => ({ ...target, id: name + index })),
        ),
      routing: fc.record({
        retries: fc.integer({ min: 0, max: 5 }),
        candidateShare: fc.constantFrom(0, 0.5, 1),
        fallbacks: fc.array(
          fc.record({
            model: fc.constantFrom(...names),
            on: fc.subarray([...CAUSES], { minLength: 1 }),
            calls: fc.constantFrom('all', 'non-critical'),
          }),
          { maxLength: 4 },
        ),
      }),
    });
  const setting = fc.record({
    models: fc.tuple(...names.map(sketch)),
    allowed: fc.subarray(names, { minLength: 1 }),
    regions: fc.constantFrom<Array<string[] | undefined>>(undefined, ['eu']),
    criticality: fc.constantFrom('critical', 'non-critical'),
    cause: fc.constantFrom(...CAUSES),
    open: fc.subarray(names.map(name => `${name}0`)),
    remainingMs: fc.integer({ min: 1, max: 2_000 }),
  });

  it('ends, visits no model twice, and keeps to allow-list, kind, region, rule, circuit and deadline', () => {
    fc.assert(
      fc.property(setting, ({ models, cause, criticality, ...rest }) => {
        const world = new World({ ...rest, models });
        for (const id of rest.open) world.fail(id);
        const candidates = walk(
          world.plan('a', { criticality }),
          cause,
          rest.remainingMs,
        );
        for (const { target, waitMs } of candidates) {
          expect(waitMs).toBeLessThan(rest.remainingMs);
          expect(rest.open).not.toContain(target.id);
          expect(rest.regions ?? [target.region]).toContain(target.region);
        }

        const asked = world.model('a');
        const moves = movesOf(asked, candidates);
        const visited = ['a', ...moves.map(({ to }) => to.name)];
        expect(new Set(visited).size).toBe(visited.length);
        for (const { from, to } of moves) {
          expect(rest.allowed).toContain(to.name);
          expect(to.kind).toBe(asked.kind);
          const rules = [
            ...asked.routing.fallbacks,
            ...from.routing.fallbacks,
          ].filter(
            ({ model, on, calls }) =>
              model === to.name &&
              on.includes(cause) &&
              (calls === 'all' || criticality === 'non-critical'),
          );
          expect(rules).not.toEqual([]);
        }
        expect(
          candidates.every(
            ({ model, because }) =>
              because === (model === asked ? 'requested' : 'fallback'),
          ),
        ).toBe(true);
        // each model: a first attempt, and its retries
        const most = models.reduce(
          (sum, { routing }) => sum + 1 + (routing?.retries ?? 2),
          0,
        );
        expect(candidates.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});

/** Where the plan went from one model to the next. */
function movesOf(
  asked: CompiledModel,
  candidates: readonly Candidate[],
): Array<{ from: CompiledModel; to: CompiledModel }> {
  const models = [asked, ...candidates.map(({ model }) => model)];
  return models.flatMap((to, index) => {
    const from = models[index - 1] ?? asked;
    return from === to ? [] : [{ from, to }];
  });
}

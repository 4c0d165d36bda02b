import { TargetHealth } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { replica, target } from '../../__testUtils__/fakeReplicas';
import { sortTargets, targetsOf } from './targets';

const NOW = new Date('2026-11-22T10:30:00Z');

function replicasWith(...views: TargetHealth[]) {
  return views.map((view, index) =>
    replica(`gateway-${index}`, NOW, { targets: [view] }),
  );
}

describe('targetsOf', () => {
  it('adds up what the replicas see, and takes the worst state of them', () => {
    const [row, ...others] = targetsOf(
      replicasWith(
        target('a/x', 'x', {
          inFlight: 2,
          calls: 30,
          failures: 1,
          latencyMs: 100,
          lastFailure: { at: '2026-11-22T10:00:00Z', cause: 'error' },
        }),
        target('a/x', 'x', {
          circuit: 'open',
          inFlight: 1,
          calls: 10,
          failures: 9,
          latencyMs: 300,
          lastFailure: { at: '2026-11-22T11:15:00+01:00', cause: 'timeout' },
        }),
        target('a/x', 'x', { circuit: 'half-open' }),
      ),
    );
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      targetId: 'a/x',
      model: 'x',
      circuit: 'open',
      seenBy: 1,
      replicas: 3,
      inFlight: 3,
      calls: 40,
      failures: 10,
      latencyMs: 150,
      lastFailure: { cause: 'timeout' },
    });
  });

  it('keeps the same target of two models apart', () => {
    const rows = targetsOf([
      replica('gateway-0', NOW, {
        targets: [target('a/x', 'x'), target('a/x', 'y')],
      }),
    ]);
    expect(rows.map(row => row.model)).toEqual(['x', 'y']);
    expect(new Set(rows.map(row => row.id)).size).toBe(2);
  });

  it('leaves out what a replica said that is no longer heard of', () => {
    expect(
      targetsOf([
        replica('gateway-0', NOW, {
          isAlive: false,
          targets: [target('a/x', 'x', { circuit: 'open' })],
        }),
      ]),
    ).toEqual([]);
  });

  it('does not depend on the order of the replicas', () => {
    const view = fc
      .record({
        circuit: fc.constantFrom('closed', 'open', 'half-open' as const),
        inFlight: fc.nat(100),
        calls: fc.nat(100),
        failures: fc.nat(100),
      })
      .map(more => target('a/x', 'x', more));
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 5 }), views => {
        expect(targetsOf(replicasWith(...views.toReversed()))).toEqual(
          targetsOf(replicasWith(...views)),
        );
      }),
    );
  });
});

describe('sortTargets', () => {
  const rows = targetsOf([
    replica('gateway-0', NOW, {
      targets: [
        target('b/x', 'x', { calls: 10, failures: 1, latencyMs: 90 }),
        target('a/x', 'x', { circuit: 'open', calls: 4, failures: 2 }),
        target('a/y', 'y', { circuit: 'half-open', latencyMs: 1_000 }),
        target('c/x', 'x'),
      ],
    }),
  ]);
  const order = (
    column: string,
    direction: 'ascending' | 'descending' = 'ascending',
  ) => sortTargets(rows, { column, direction }).map(row => row.targetId);

  it.each([
    ['state', ['b/x', 'c/x', 'a/y', 'a/x']],
    ['target', ['a/x', 'a/y', 'b/x', 'c/x']],
    ['model', ['a/x', 'b/x', 'c/x', 'a/y']],
    ['calls', ['c/x', 'a/y', 'a/x', 'b/x']],
    ['failures', ['b/x', 'a/x', 'c/x', 'a/y']], // as a rate; nothing of nothing is none
    ['latency', ['b/x', 'a/y', 'a/x', 'c/x']],
    ['no such column', ['b/x', 'c/x', 'a/y', 'a/x']],
  ])('by %s', (column, expected) => {
    expect(order(column)).toEqual(expected);
  });

  it('puts the worst first and what has no value last, when turned round', () => {
    expect(order('state', 'descending')[0]).toBe('a/x');
    expect(order('latency', 'descending')).toEqual([
      'a/y',
      'b/x',
      'a/x',
      'c/x',
    ]);
  });
});

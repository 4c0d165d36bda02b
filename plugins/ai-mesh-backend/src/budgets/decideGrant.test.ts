import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetLevel } from './BudgetLevel';
import { decideGrant, rememberNeed } from './decideGrant';

const NOTHING = picoUsd(0n);

function level(ref: string, limit?: bigint, used = 0n): BudgetLevel {
  return {
    id: ref,
    node: { level: 'department', ref },
    epoch: 0,
    settled: picoUsd(used),
    leased: NOTHING,
    needMax: NOTHING,
    needMean: NOTHING,
    ...(limit !== undefined && {
      budget: {
        limit: picoUsd(limit),
        kind: 'hard',
        carryOver: 'none',
        topUp: NOTHING,
      },
    }),
  };
}

function decide(
  levels: BudgetLevel[],
  needed: bigint,
  options: { replicas?: number; maximum?: bigint } = {},
) {
  const decision = decideGrant(
    { levels, replicas: options.replicas ?? 1 },
    {
      needed: picoUsd(needed),
      maximum: picoUsd(options.maximum ?? 1_000_000n),
    },
  );
  const entering = decision.entering.map(each => each.id);
  if ('refusedBy' in decision) {
    return { refusedBy: decision.refusedBy.id, entering };
  }
  return { ...decision, entering };
}

const free = (granted: bigint) => ({
  granted,
  isEndGame: false,
  entering: [],
});

describe('decideGrant', () => {
  it.each([
    ['half of what is left to a single gateway', 1, 10n, 500n],
    ['a smaller share among more gateways', 5, 10n, 100n],
  ])('grants %s', (_what, replicas, needed, granted) => {
    expect(decide([level('a', 1000n)], needed, { replicas })).toEqual(
      free(granted),
    );
  });

  it.each([
    ['what is needed when the share is smaller', 900n],
    ['all that is left when all is needed', 1000n],
  ])('grants %s, and the end-game begins', (_what, needed) => {
    expect(decide([level('a', 1000n)], needed, { replicas: 5 })).toEqual({
      granted: needed,
      isEndGame: true,
      entering: ['a'],
    });
  });

  it('goes by the tightest level, wherever it is', () => {
    const levels = [level('a'), level('b', 100n), level('c', 5000n, 4950n)];
    expect(decide(levels, 50n)).toMatchObject({ granted: 50n });
    expect(decide(levels, 51n)).toMatchObject({ refusedBy: 'c' });
  });

  it('counts what is leased like what is spent', () => {
    const leased = { ...level('a', 100n, 30n), leased: picoUsd(60n) };
    expect(decide([leased], 11n)).toMatchObject({ refusedBy: 'a' });
  });

  it('ends at the maximum, unless more is needed', () => {
    expect(decide([level('a')], 1n, { maximum: 50n })).toEqual(free(50n));
    expect(decide([level('a')], 70n, { maximum: 50n })).toEqual(free(70n));
    expect(decide([level('a', 1000n)], 1n, { maximum: 50n })).toEqual(
      free(50n),
    );
  });

  it('refuses even a call that may cost nothing when nothing is left', () => {
    expect(decide([level('a', 10n, 10n)], 0n)).toMatchObject({
      refusedBy: 'a',
    });
    expect(decide([level('a', 10n, 20n)], 0n)).toMatchObject({
      refusedBy: 'a',
    });
  });

  it('never refuses for a soft budget', () => {
    const soft = level('a', 10n, 10n);
    if (soft.budget) soft.budget.kind = 'soft';
    expect(decide([soft], 7n, { maximum: 5n })).toEqual(free(7n));
  });

  it('counts what was carried over and topped up', () => {
    const more = { ...level('a', 10n, 10n), carried: picoUsd(3n) };
    if (more.budget) more.budget.topUp = picoUsd(4n);
    expect(decide([more], 7n)).toMatchObject({ granted: 7n });
    expect(decide([more], 8n)).toMatchObject({ refusedBy: 'a' });
  });

  describe('in the end-game', () => {
    // of 4 gateways; after one more need of 1: θ = 4 × max(99, 2 × 76) = 608
    const nearEnd = (limit: bigint) => ({
      ...level('a', limit),
      needMax: picoUsd(100n),
      needMean: picoUsd(80n),
    });

    it('begins when no more than the threshold would be left', () => {
      // an eighth is granted: of 696 that leaves 609, of 694 it leaves 608
      expect(decide([nearEnd(696n)], 1n, { replicas: 4 })).toEqual(free(87n));
      expect(decide([nearEnd(694n)], 1n, { replicas: 4 })).toEqual({
        granted: 1n,
        isEndGame: true,
        entering: ['a'],
      });
    });

    it('grants exactly what is needed, however much came back', () => {
      const back = { ...nearEnd(5000n), endGameLimit: picoUsd(5000n) };
      expect(decide([back], 20n, { replicas: 4 })).toEqual({
        granted: 20n,
        isEndGame: true,
        entering: [],
      });
    });

    it('is over when the limit is raised, and not when it is lowered', () => {
      const raised = { ...nearEnd(5001n), endGameLimit: picoUsd(5000n) };
      expect(decide([raised], 20n)).toMatchObject({ isEndGame: false });
      const lowered = { ...nearEnd(4999n), endGameLimit: picoUsd(5000n) };
      expect(decide([lowered], 20n)).toMatchObject({
        isEndGame: true,
        entering: [],
      });
    });

    it('also begins with a refusal: other gateways may hold what is missing', () => {
      const levels = [level('a', 10_000n), level('b', 100n, 95n)];
      expect(decide(levels, 6n)).toEqual({ refusedBy: 'b', entering: ['b'] });
    });
  });
});

describe('rememberNeed', () => {
  it('keeps the largest need and forgets it slowly; the mean follows', () => {
    const first = rememberNeed({ needMax: NOTHING, needMean: NOTHING }, 6400n);
    expect(first).toEqual({ needMax: 6400n, needMean: 6400n });
    expect(rememberNeed(first, 0n)).toEqual({
      needMax: 6300n,
      needMean: 6000n,
    });
    expect(rememberNeed(first, 8000n)).toEqual({
      needMax: 8000n,
      needMean: 6500n,
    });
  });
});

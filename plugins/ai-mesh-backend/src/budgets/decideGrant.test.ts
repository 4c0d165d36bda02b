import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { decideGrant } from './decideGrant';
import { BudgetLevel } from './LeaseStore';

const NOTHING = picoUsd(0n);

function level(departmentRef: string, limit?: bigint, used = 0n): BudgetLevel {
  return {
    departmentRef,
    limit: limit === undefined ? undefined : picoUsd(limit),
    settled: picoUsd(used),
    leased: NOTHING,
  };
}

function decide(
  levels: BudgetLevel[],
  needed: bigint,
  options: { replicas?: number; maximum?: bigint } = {},
) {
  return decideGrant(
    { levels, replicas: options.replicas ?? 1, epoch: 0 },
    {
      needed: picoUsd(needed),
      maximum: picoUsd(options.maximum ?? 1_000_000n),
    },
  );
}

describe('decideGrant', () => {
  it.each([
    ['half of what is left to a single gateway', 1, 10n, 500n],
    ['a smaller share among more gateways', 5, 10n, 100n],
    ['what is needed when the share is smaller', 5, 900n, 900n],
    ['all that is left when all is needed', 5, 1000n, 1000n],
  ])('grants %s', (_what, replicas, needed, granted) => {
    expect(decide([level('a', 1000n)], needed, { replicas })).toEqual({
      granted,
    });
  });

  it('goes by the tightest level, wherever it is', () => {
    const levels = [level('a'), level('b', 100n), level('c', 5000n, 4950n)];
    expect(decide(levels, 50n)).toEqual({ granted: 50n });
    expect(decide(levels, 51n)).toEqual({ refusedByRef: 'c' });
  });

  it('counts what is leased like what is spent', () => {
    const leased = { ...level('a', 100n, 30n), leased: picoUsd(60n) };
    expect(decide([leased], 11n)).toEqual({ refusedByRef: 'a' });
  });

  it('ends at the maximum, unless more is needed', () => {
    expect(decide([level('a')], 1n, { maximum: 50n })).toEqual({
      granted: 50n,
    });
    expect(decide([level('a')], 70n, { maximum: 50n })).toEqual({
      granted: 70n,
    });
    expect(decide([level('a', 1000n)], 1n, { maximum: 50n })).toEqual({
      granted: 50n,
    });
  });

  it('refuses even a call that may cost nothing when nothing is left', () => {
    expect(decide([level('a', 10n, 10n)], 0n)).toEqual({ refusedByRef: 'a' });
    expect(decide([level('a', 10n, 20n)], 0n)).toEqual({ refusedByRef: 'a' });
  });
});

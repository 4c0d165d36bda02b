import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetLevel, GrantDecision, GrantSituation } from './LeaseStore';

/** Each grant takes at most one part in so many of what is left, for each replica. */
const SHARES_PER_REPLICA = 2n;

/**
 * How much money a gateway gets to hold calls against.
 *
 *     granted = max(needed, remaining / (2 × replicas)), at most `maximum`, never above `remaining`
 *
 * Large while much is left, so that gateways ask seldom; small towards the end, so that little is stranded
 * on an idle replica.
 *
 * @param request.needed - the least that helps, pico-USD
 * @param request.maximum - a grant beyond what is needed ends here, pico-USD
 * @returns the grant, or the tightest level when that leaves less than is needed
 */
export function decideGrant(
  situation: GrantSituation,
  request: { needed: PicoUsd; maximum: PicoUsd },
): GrantDecision {
  const needed = max(request.needed, 1n);
  const ceiling = max(request.maximum, needed);
  const tightest = tightestOf(situation.levels);
  if (!tightest) return { granted: picoUsd(ceiling) };
  const { remaining, departmentRef } = tightest;
  if (remaining < needed) return { refusedByRef: departmentRef };
  const share = remaining / (SHARES_PER_REPLICA * BigInt(situation.replicas));
  return { granted: picoUsd(min(max(needed, share), ceiling)) };
}

function tightestOf(
  levels: readonly BudgetLevel[],
): { remaining: bigint; departmentRef: string } | undefined {
  let tightest: { remaining: bigint; departmentRef: string } | undefined;
  for (const { limit, settled, leased, departmentRef } of levels) {
    if (limit === undefined) continue;
    const remaining = limit - settled - leased;
    if (!tightest || remaining < tightest.remaining) {
      tightest = { remaining, departmentRef };
    }
  }
  return tightest;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

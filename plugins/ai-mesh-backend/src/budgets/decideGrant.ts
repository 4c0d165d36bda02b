import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetLevel, isInEndGame, remainingOf } from './BudgetLevel';
import { GrantDecision, GrantSituation } from './LeaseStore';

/** Each grant takes at most one part in so many of what is left, for each replica. */
const SHARES_PER_REPLICA = 2n;

/** A need is forgotten by so many parts with each later one. */
const MAX_FORGETS = 64n;
const MEAN_FORGETS = 16n;

/**
 * How much money a gateway gets to hold calls against.
 *
 *     granted = max(needed, remaining / (2 × replicas)), at most `maximum`, never above `remaining`
 *
 * Large while much is left, so that gateways ask seldom; small towards the end, so that little is stranded
 * on an idle replica. When a level's remaining money would fall to its threshold
 *
 *     θ = max(replicas × needMax, 2 × replicas × needMean)
 *
 * its end-game begins: all leases are recalled once, and from there on each grant is exactly what is needed. `needed`
 * is the worst case of all calls that wait on a gateway, so `replicas × needMax` is the most that all gateways need at
 * the same time, and `replicas × needMean` an estimate of what is in flight.
 *
 * @see Guided self-scheduling: Polychronopoulos & Kuck (1987), IEEE Trans. Comput. 36(12):1425
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
  const replicas = BigInt(situation.replicas);
  const levels = situation.levels.flatMap(level => {
    const remaining = remainingOf(level);
    return remaining === undefined ? [] : [{ level, remaining }];
  });
  if (levels.length === 0) {
    return { granted: picoUsd(ceiling), isEndGame: false, entering: [] };
  }
  const endingAfter = (taken: bigint) =>
    levels.filter(
      ({ level, remaining }) =>
        isInEndGame(level) ||
        remaining - taken <= endGameThreshold(level, { needed, replicas }),
    );
  const entering = (ending: typeof levels) =>
    ending.map(each => each.level).filter(level => !isInEndGame(level));

  const tightest = levels.reduce((a, b) => (b.remaining < a.remaining ? b : a));
  if (tightest.remaining < needed) {
    // perhaps other replicas hold what is missing here
    const ending = endingAfter(0n);
    return { refusedBy: tightest.level, entering: entering(ending) };
  }
  const share = tightest.remaining / (SHARES_PER_REPLICA * replicas);
  const granted = min(max(needed, share), ceiling);
  const ending = endingAfter(granted);
  return {
    granted: picoUsd(ending.length === 0 ? granted : needed),
    isEndGame: ending.length > 0,
    entering: entering(ending),
  };
}

/** What a level remembers of needs, with one more: the largest fades slowly, the mean follows. */
export function rememberNeed(
  level: Pick<BudgetLevel, 'needMax' | 'needMean'>,
  needed: bigint,
): Pick<BudgetLevel, 'needMax' | 'needMean'> {
  const { needMax, needMean } = level;
  return {
    needMax: picoUsd(max(needMax - needMax / MAX_FORGETS, needed)),
    needMean: picoUsd(
      needMean === 0n ? needed : needMean + (needed - needMean) / MEAN_FORGETS,
    ),
  };
}

function endGameThreshold(
  level: BudgetLevel,
  options: { needed: bigint; replicas: bigint },
): bigint {
  const { needMax, needMean } = rememberNeed(level, options.needed);
  return options.replicas * max(needMax, 2n * needMean);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

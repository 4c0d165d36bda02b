import { Routing } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledTarget } from '../snapshot/CompiledSnapshot';
import { TargetStates } from './TargetStates';

/**
 * One of the targets: of the lowest order that has one free, by the way of balancing. Targets that said lately
 * that they are full are taken only when there is no other; targets whose circuit is open never.
 */
export function chooseTarget(
  targets: readonly CompiledTarget[],
  balance: Routing['balance'],
  states: TargetStates,
  random: () => number = Math.random,
): CompiledTarget | undefined {
  if (targets.length === 1) {
    const [only] = targets;
    const isOpen = only.weight > 0 && states.of(only.id).circuit.isAvailable;
    return isOpen ? only : undefined;
  }
  const available = targets.filter(
    ({ id, weight }) => weight > 0 && states.of(id).circuit.isAvailable,
  );
  const free = available.filter(({ id }) => !states.of(id).isBusy);
  const usable = free.length > 0 ? free : available;
  const lowest = Math.min(...usable.map(({ order }) => order));
  const equals = usable.filter(({ order }) => order === lowest);
  if (equals.length <= 1) return equals[0];
  switch (balance) {
    case 'least-in-flight':
      return leastBy(
        equals,
        ({ id, weight }) => (states.of(id).inFlight + random() / 2) / weight,
      );
    case 'fastest':
      return leastBy(pickTwo(equals, random), ({ id }) => {
        const { latencyMs, inFlight } = states.of(id);
        return latencyMs * (inFlight + 1);
      });
    default:
      return byWeight(equals, random);
  }
}

function byWeight(
  targets: readonly CompiledTarget[],
  random: () => number,
): CompiledTarget {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const target of targets) {
    left -= target.weight;
    if (left < 0) return target;
  }
  return targets[targets.length - 1]; // rounding
}

/** Two by chance, and the better one: a slow target is found out, and a fast one is not overrun. */
function pickTwo(
  targets: readonly CompiledTarget[],
  random: () => number,
): CompiledTarget[] {
  const first = Math.floor(random() * targets.length);
  const step = 1 + Math.floor(random() * (targets.length - 1));
  return [targets[first], targets[(first + step) % targets.length]];
}

function leastBy(
  targets: readonly CompiledTarget[],
  measure: (target: CompiledTarget) => number,
): CompiledTarget {
  let [best] = targets;
  let least = measure(best);
  for (const target of targets.slice(1)) {
    const value = measure(target);
    if (value < least) {
      best = target;
      least = value;
    }
  }
  return best;
}

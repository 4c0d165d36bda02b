import { InputError } from '@backstage/errors';
import { PicoUsd, picoUsd } from './PicoUsd';

/**
 * Splits an amount by weights so that the parts sum to the whole, by the largest-remainder (Hamilton)
 * method: everyone gets the floor of their share, and what is left goes, one pico-dollar each, to the
 * largest remainders; ties go to the earlier part.
 *
 * @param total - zero or more
 * @param weights - one a part, zero or more, not all zero
 * @returns the parts, in the order of the weights
 * @throws InputError on a negative total or weight, or when all weights are zero
 * @example allocate(picoUsd(100n), [1n, 1n, 1n]) // [34n, 33n, 33n]
 * @public
 */
export function allocate(
  total: PicoUsd,
  weights: readonly bigint[],
): PicoUsd[] {
  const sum = weights.reduce((each, weight) => each + weight, 0n);
  if (total < 0n || sum === 0n || weights.some(weight => weight < 0n)) {
    throw new InputError(
      `Cannot allocate an amount: total and weights must not be negative, and one weight must be above zero`,
    );
  }
  const shares = weights.map((weight, index) => ({
    index,
    floor: (total * weight) / sum,
    remainder: (total * weight) % sum,
  }));
  const given = shares.reduce((each, share) => each + share.floor, 0n);
  let left = total - given; // fewer than there are parts
  const byRemainder = [...shares].sort((a, b) => {
    if (a.remainder === b.remainder) return a.index - b.index;
    return a.remainder > b.remainder ? -1 : 1;
  });
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.floor += 1n;
    left -= 1n;
  }
  return shares.map(share => picoUsd(share.floor));
}

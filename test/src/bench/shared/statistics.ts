/**
 * The middle value; of an even number of values the lower one of the two in the middle, so that it is one of them.
 *
 * @returns NaN of no values
 */
export function median(values: readonly number[]): number {
  return medianBy(values, value => value) ?? NaN;
}

/** The item whose value is the {@link median}. */
export function medianBy<T>(
  items: readonly T[],
  valueOf: (item: T) => number,
): T | undefined {
  const sorted = [...items].sort((a, b) => valueOf(a) - valueOf(b));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/**
 * Compares two rows round by round. What disturbs the machine for longer than a row disturbs both alike, and falls
 * out of the comparison; the median drops the rounds where it met only one.
 *
 * @returns the median of `compare` over the rounds
 * @throws RangeError when the rows have not the same number of rounds
 */
export function pairedMedian<T>(
  rounds: readonly T[],
  referenceRounds: readonly T[],
  compare: (item: T, reference: T) => number,
): number {
  if (rounds.length !== referenceRounds.length) {
    throw new RangeError(
      `Cannot pair ${rounds.length} rounds with ${referenceRounds.length}`,
    );
  }
  return median(
    rounds.map((item, round) => compare(item, referenceRounds[round])),
  );
}

/** @param sorted - ascending @returns NaN of no values */
export function quantile(sorted: readonly number[], share: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[at] ?? NaN;
}

/** A source of numbers in [0, 1): the same seed gives the same numbers on every machine. */
export type Random = () => number;

/**
 * Mulberry32: 32 bits of state, good enough for phrases and jitter, useless for secrets.
 *
 * @param seed any integer; only its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of `items`.
 *
 * @throws RangeError on an empty list
 */
export function pick<T>(items: readonly T[], random: Random): T {
  if (items.length === 0)
    throw new RangeError('Cannot pick from an empty list');
  return items[Math.floor(random() * items.length)];
}

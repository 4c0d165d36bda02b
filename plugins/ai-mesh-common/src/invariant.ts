/**
 * Stops on a mistake of our own. Stays on in production: wrong money is worse than no answer.
 * What the world does wrong gets a typed error instead.
 *
 * @param message - a constant; never data, which could be a key or a prompt
 * @public
 */
export function invariant(
  condition: boolean,
  message: string,
): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

/**
 * An amount of money as a whole number of pico-US-dollars (1e-12 USD).
 *
 * @remarks
 * The cheapest rate on the market is 2.5e-9 USD a token, so nano-dollars are too coarse; a JavaScript
 * number is never used, because 1e7 × 2.5e-9 is already off by 3e-12.
 *
 * @public
 */
export type PicoUsd = bigint & { readonly __unit: 'pico-USD' };

/** How many pico-dollars one dollar has. @public */
export const PICO_PER_USD = 1_000_000_000_000n;

/** No money. @public */
export const ZERO_PICO_USD = 0n as PicoUsd;

/** Marks a whole number of pico-dollars as money. @public */
export function picoUsd(amount: bigint): PicoUsd {
  return amount as PicoUsd;
}

/** The sum of amounts; zero for none. @public */
export function sumPicoUsd(amounts: Iterable<PicoUsd>): PicoUsd {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return picoUsd(sum);
}

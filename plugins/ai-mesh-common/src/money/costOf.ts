import { invariant } from '../invariant';
import { divideHalfEven } from './divideHalfEven';
import { PicoUsd, picoUsd } from './PicoUsd';
import { Rate, RATE_UNITS_PER_PICO_USD } from './Rate';

/**
 * What `tokens` cost at `rate`. The one rounding of a ledger line: half to even, to the pico-dollar.
 *
 *     cost = round_half_even(tokens × rate)
 *
 * @param tokens - a count, zero or more
 * @throws Error when the count is below zero: our own mistake, as input is checked where it enters
 * @example costOf(1000n, parseRatePerMillion('2.50')) // 2500000000n, that is 0.0025 USD
 * @public
 */
export function costOf(tokens: bigint, rate: Rate): PicoUsd {
  invariant(tokens >= 0n, 'token count below zero');
  const exact = tokens * rate; // in 1/1,000,000 of a pico-dollar
  const cost = divideHalfEven(exact, RATE_UNITS_PER_PICO_USD);
  const error = cost * RATE_UNITS_PER_PICO_USD - exact;
  invariant(
    2n * (error < 0n ? -error : error) <= RATE_UNITS_PER_PICO_USD,
    'a cost is off by more than half a pico-dollar',
  );
  return picoUsd(cost);
}

/**
 * A cost that is never too low: as {@link costOf}, but rounded up. For holds, which must cover the bill.
 * @public
 */
export function costCeiling(tokens: bigint, rate: Rate): PicoUsd {
  invariant(tokens >= 0n, 'token count below zero');
  const exact = tokens * rate;
  return picoUsd(
    (exact + RATE_UNITS_PER_PICO_USD - 1n) / RATE_UNITS_PER_PICO_USD,
  );
}

import { InputError } from '@backstage/errors';
import { formatDecimal, parseDecimal } from './decimal';

const RATE_DECIMALS = 18;
const ATTO_PER_PICO = 1_000_000n;

/**
 * A price in US dollars for one token, held exactly as a whole number of atto-dollars (1e-18 USD).
 *
 * @public
 */
export type Rate = bigint & { readonly __unit: 'atto-USD per token' };

/** How many atto-dollars one pico-dollar has: the denominator of {@link costOf}. */
export const RATE_UNITS_PER_PICO_USD = ATTO_PER_PICO;

/** No provider charges a cent a token: a higher rate is a price per million typed as one per token. @public */
export const DEAREST_PLAUSIBLE_RATE = '0.01';

/**
 * Reads a price per token.
 *
 * @param usdPerToken - decimal dollars for one token, for example `0.0000025`; at most 18 decimals
 * @throws InputError when it is no plain decimal, below zero, or above a cent a token
 * @public
 */
export function parseRate(usdPerToken: string): Rate {
  const units = parseDecimal(usdPerToken, {
    scale: RATE_DECIMALS,
    what: 'a rate in USD per token',
  });
  return checked(units, usdPerToken);
}

/**
 * Reads a price per million tokens, the way price lists print it.
 *
 * @param usdPerMillion - decimal dollars for a million tokens, for example `2.50`; at most 12 decimals
 * @throws InputError as {@link parseRate}
 * @example formatRate(parseRatePerMillion('2.50')) // '0.0000025'
 * @public
 */
export function parseRatePerMillion(usdPerMillion: string): Rate {
  const units = parseDecimal(usdPerMillion, {
    scale: RATE_DECIMALS - 6,
    what: 'a rate in USD per million tokens',
  });
  return checked(units, usdPerMillion);
}

/** The rate as a plain decimal of dollars per token. @public */
export function formatRate(rate: Rate): string {
  return formatDecimal(rate, { scale: RATE_DECIMALS });
}

/** The rate as a plain decimal of dollars per million tokens. @public */
export function formatRatePerMillion(rate: Rate): string {
  return formatDecimal(rate, { scale: RATE_DECIMALS - 6, minimumDecimals: 2 });
}

function checked(units: bigint, text: string): Rate {
  if (units < 0n) {
    throw new InputError(
      `Cannot use "${text}" as a rate: it is below zero; a discount is a lower price`,
    );
  }
  const dearest = parseDecimal(DEAREST_PLAUSIBLE_RATE, {
    scale: RATE_DECIMALS,
    what: 'a rate',
  });
  if (units > dearest) {
    throw new InputError(
      `Cannot use "${text}" as a rate: it is above ${DEAREST_PLAUSIBLE_RATE} USD a token; ` +
        `was a price per million tokens typed as a price per token?`,
    );
  }
  return units as Rate;
}

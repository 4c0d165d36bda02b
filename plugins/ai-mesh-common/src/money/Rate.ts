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

/** The same for what is charged by the piece, such as a picture. @public */
export const DEAREST_PLAUSIBLE_PIECE_RATE = '10';

/**
 * Reads a price per token.
 *
 * @param usdPerToken - decimal dollars for one token, for example `0.0000025`; at most 18 decimals
 * @param dearest - the most that is believed, in dollars; a cent where the price is of a token
 * @throws InputError when it is no plain decimal, below zero, or above `dearest`
 * @public
 */
export function parseRate(
  usdPerToken: string,
  dearest: string = DEAREST_PLAUSIBLE_RATE,
): Rate {
  const units = parseDecimal(usdPerToken, {
    scale: RATE_DECIMALS,
    what: 'a rate in USD per token',
  });
  return checked(units, usdPerToken, dearest);
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
  return checked(units, usdPerMillion, DEAREST_PLAUSIBLE_RATE);
}

/** The rate as a plain decimal of dollars per token. @public */
export function formatRate(rate: Rate): string {
  return formatDecimal(rate, { scale: RATE_DECIMALS });
}

/** The rate as a plain decimal of dollars per million tokens. @public */
export function formatRatePerMillion(rate: Rate): string {
  return formatDecimal(rate, { scale: RATE_DECIMALS - 6, minimumDecimals: 2 });
}

function checked(units: bigint, text: string, dearest: string): Rate {
  if (units < 0n) {
    throw new InputError(
      `Cannot use "${text}" as a rate: it is below zero; a discount is a lower price`,
    );
  }
  const most = parseDecimal(dearest, { scale: RATE_DECIMALS, what: 'a rate' });
  if (units > most) {
    throw new InputError(
      `Cannot use "${text}" as a rate: it is above ${dearest} USD a piece; ` +
        `was a price per million tokens typed as a price per token?`,
    );
  }
  return units as Rate;
}

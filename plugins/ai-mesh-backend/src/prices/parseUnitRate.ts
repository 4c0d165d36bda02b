import {
  DEAREST_PLAUSIBLE_PIECE_RATE,
  DEAREST_PLAUSIBLE_RATE,
  parseRate,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/**
 * Reads what one unit of a class costs: a token, a character, a picture or a second.
 *
 * @param usdPerUnit - plain decimal dollars, as the price book holds them
 * @throws InputError when it is no such decimal, below zero, or dearer than a unit of this class can be
 */
export function parseUnitRate(
  tokenClass: TokenClass,
  usdPerUnit: string,
): Rate {
  return parseRate(
    usdPerUnit,
    tokenClass === 'image'
      ? DEAREST_PLAUSIBLE_PIECE_RATE
      : DEAREST_PLAUSIBLE_RATE,
  );
}

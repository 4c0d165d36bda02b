import {
  DEAREST_PLAUSIBLE_PIECE_RATE,
  DEAREST_PLAUSIBLE_RATE,
  parseRate,
  PricedClass,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The dearest machine of any provider costs a few hundred dollars an hour. */
const DEAREST_PLAUSIBLE_MACHINE_HOUR = '2000';

/**
 * Reads what one unit of a class costs: a token, a character, a picture, a second, or an hour of a machine.
 *
 * @param usdPerUnit - plain decimal dollars, as the price book holds them
 * @throws InputError when it is no such decimal, below zero, or dearer than a unit of this class can be
 */
export function parseUnitRate(
  pricedClass: PricedClass,
  usdPerUnit: string,
): Rate {
  return parseRate(usdPerUnit, dearestOf(pricedClass));
}

function dearestOf(pricedClass: PricedClass): string {
  switch (pricedClass) {
    case 'image':
    case 'tool-call': // a search of the web costs more than a cent
      return DEAREST_PLAUSIBLE_PIECE_RATE;
    case 'machine-time':
      return DEAREST_PLAUSIBLE_MACHINE_HOUR;
    default:
      return DEAREST_PLAUSIBLE_RATE;
  }
}

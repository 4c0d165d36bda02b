import { InputError } from '@backstage/errors';
import {
  divideHalfEven,
  formatRate,
  pricedClassSchema,
  PriceRates,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from './parseUnitRate';
import { PriceOffer, PriceTerms } from './Price';

const PERCENT = /^(\d{1,3})(?:\.(\d{1,12}))?$/;

/** A discount, exactly: what is left of a price is `keep / whole`. */
export interface Discount {
  keep: bigint;
  whole: bigint;
}

/** What was agreed with a provider, for a time. */
export interface PriceContract {
  /** Its name, once in the configuration. */
  id: string;
  /** Beginnings of price keys, such as `azure/`. */
  prefixes: readonly string[];
  /** Single price keys; they go before the prefixes of other contracts. */
  priceKeys: readonly string[];
  /** Off the list price. */
  discount?: Discount;
  /** Rates of its own, whatever the list says. */
  offers: readonly PriceOffer[];
  validFrom: string;
  validTo?: string;
}

/**
 * Reads a discount.
 *
 * @param percent - a plain decimal from 0 up to, but without, 100; at most 12 decimals
 * @example parseDiscount('12.5') // keeps 875 of 1000
 */
export function parseDiscount(percent: string): Discount {
  const match = PERCENT.exec(percent.trim());
  if (!match) {
    throw new InputError(
      `Cannot read "${percent}" as a discount: expected a plain decimal of percent such as 12.5`,
    );
  }
  const [, whole, fraction = ''] = match;
  const scale = 10n ** BigInt(fraction.length);
  const taken = BigInt(whole + fraction);
  const keep = 100n * scale - taken;
  if (keep <= 0n) {
    throw new InputError(
      `Cannot use "${percent}" as a discount: expected less than 100 percent`,
    );
  }
  return { keep, whole: 100n * scale };
}

/** A price with a discount taken off every rate, each rounded half to even to 1e-18 USD. */
export function discounted(terms: PriceTerms, discount: Discount): PriceTerms {
  return {
    rates: discountRates(terms.rates, discount),
    longContext: terms.longContext.map(({ aboveInputTokens, rates }) => ({
      aboveInputTokens,
      rates: discountRates(rates, discount),
    })),
  };
}

function discountRates(rates: PriceRates, discount: Discount): PriceRates {
  const result: PriceRates = {};
  for (const pricedClass of pricedClassSchema.options) {
    const rate = rates[pricedClass];
    if (rate === undefined) continue;
    const left = divideHalfEven(
      parseUnitRate(pricedClass, rate) * discount.keep,
      discount.whole,
    );
    result[pricedClass] = formatRate(left as Rate);
  }
  return result;
}

/** The contracts that a key falls under: those that name it, or else those with its beginning. */
export function contractsOf(
  priceKey: string,
  contracts: readonly PriceContract[],
): PriceContract[] {
  const naming = contracts.filter(
    each =>
      each.priceKeys.includes(priceKey) ||
      each.offers.some(offer => offer.priceKey === priceKey),
  );
  return naming.length > 0
    ? naming
    : contracts.filter(each =>
        each.prefixes.some(prefix => priceKey.startsWith(prefix)),
      );
}

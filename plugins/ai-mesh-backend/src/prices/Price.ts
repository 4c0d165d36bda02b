import { Rates } from './PriceLookup';

/** A price as a price list or the configuration says it. */
export interface PriceOffer {
  /** What models refer to, for example `openai/gpt-4o`. */
  priceKey: string;
  rates: Rates;
  /** Where it comes from, for people: `genai-prices 0.1.8`. */
  source: string;
}

/** A price in the price book, pinned by its version. */
export interface Price extends PriceOffer {
  priceVersionId: string;
}

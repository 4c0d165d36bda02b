import { TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Decimal US dollars per unit, by what is counted: tokens of a class, pictures, seconds or characters. */
export type Rates = Partial<Record<TokenClass, string>>;

/** The prices that usage was booked at. */
export interface PriceLookup {
  /**
   * The rates of price versions, past ones too. A version never changes, so that a cost can be checked at
   * any later time.
   *
   * @param priceVersionIds - unknown ids are missing in the answer
   */
  ratesOf(priceVersionIds: string[]): Promise<Map<string, Rates>>;
}

import {
  PriceRates,
  ServiceTier,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Decimal US dollars per unit, by what is counted: tokens of a class, pictures, seconds or characters. */
export type Rates = Partial<Record<TokenClass, string>>;

/** A version of a price, as a ledger line is pinned to it. */
export interface PinnedPrice {
  priceKey: string;
  /** The part of the key before its first `/`. */
  provider: string;
  /** Empty: everywhere that has no price of its own. */
  region: string;
  serviceTier: ServiceTier;
  /** Decimal US dollars per unit; `machine-time` per machine and hour. */
  rates: PriceRates;
  /** By rising threshold; the last one that the input passes re-prices the whole request. */
  longContext: readonly { aboveInputTokens: number; rates: PriceRates }[];
  /** The contract whose price it is; absent: a list price. */
  contractId?: string;
  /** The version of the list price that the contract's discount was taken off. */
  listVersionId?: string;
}

/** The prices that usage was booked at. */
export interface PriceLookup {
  /**
   * Versions of prices, past ones too. A version never changes, so that a cost can be checked at any later
   * time.
   *
   * @param priceVersionIds - unknown ids are missing in the answer
   */
  versionsOf(
    priceVersionIds: readonly string[],
  ): Promise<Map<string, PinnedPrice>>;
}

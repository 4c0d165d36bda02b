import {
  ServiceTier,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Decimal US dollars per unit, by class. */
type Rates = Partial<Record<TokenClass, string>>;

/** A version of a price, as lines are pinned to it. It never changes. */
export interface PinnedPrice {
  /** For example `openai/gpt-4o`. */
  priceKey: string;
  /** Who sends the invoice: the first part of the key. */
  provider: string;
  /** Empty where the price holds everywhere. */
  region: string;
  serviceTier: ServiceTier;
  rates: Rates;
  /** By rising threshold; beyond the last one that the input passes, its rates hold for the whole request. */
  longContext: readonly { aboveInputTokens: number; rates: Rates }[];
}

/** The prices that usage was booked at. */
export interface PinnedPrices {
  /** Price versions, past ones too; unknown ids are missing in the answer. */
  versionsOf(
    priceVersionIds: readonly string[],
  ): Promise<ReadonlyMap<string, PinnedPrice>>;
}

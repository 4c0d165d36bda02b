import { Rate, TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What each class costs. Compiled once, so that a call only looks rates up. */
export interface CompiledRates {
  /** A class without a rate of its own has that of the class that stands in for it; absent: nothing is known. */
  readonly rates: Readonly<Partial<Record<TokenClass, Rate>>>;
  /** Classes whose stand-in may be cheaper than what the provider charges: the dearest that is known was taken. */
  readonly guessed: ReadonlySet<TokenClass>;
}

/** Rates that hold for the whole request when its input is long. */
export interface CompiledBand extends CompiledRates {
  readonly aboveInputTokens: number;
}

/** A version of a price. */
export interface CompiledPrice extends CompiledRates {
  readonly priceVersionId: string;
  /** The version in which the rate for uses of tools stands: of another tier, where its own list has none. */
  readonly toolVersionId: string;
  /** By rising threshold; mostly none. */
  readonly longContext: readonly CompiledBand[];
}

/**
 * The rates for a request. Beyond a threshold, ALL its tokens cost what long requests do, not only those above it:
 * so say Anthropic, OpenAI and Google (quoted in ding113/claude-code-hub#869).
 *
 * @param inputTokens - of all classes together: read from a cache and written to one, too
 */
export function ratesFor(
  price: CompiledPrice,
  inputTokens: number,
): CompiledRates {
  let rates: CompiledRates = price;
  for (const band of price.longContext) {
    if (inputTokens <= band.aboveInputTokens) break;
    rates = band;
  }
  return rates;
}

import {
  formatRatePerMillion,
  Model,
  parseRate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Price } from '../prices/Price';

/** A price as people compare them: per million tokens. None without a rate for input: it would read as free. */
export function toModelPrice(price: Price): Model['price'] {
  const input = perMillion(price.rates.input);
  if (input === undefined) return undefined;
  return {
    priceVersionId: price.priceVersionId,
    inputUsdPerMillion: input,
    cachedInputUsdPerMillion: perMillion(price.rates['cached-input']),
    outputUsdPerMillion: perMillion(price.rates.output),
    source: price.source,
  };
}

function perMillion(usdPerToken: string | undefined): string | undefined {
  return usdPerToken === undefined
    ? undefined
    : formatRatePerMillion(parseRate(usdPerToken));
}

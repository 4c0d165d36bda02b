import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  formatRate,
  parseRatePerMillion,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  ConditionalPrice,
  findProvider,
  ModelPrice,
  Provider,
  TieredPrices,
} from '@pydantic/genai-prices';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { decimalText } from './decimalText';
import { PriceOffer } from './Price';
import { Rates } from './PriceLookup';

const PROVIDERS = ['openai', 'azure', 'anthropic'];
const PRICE_FIELDS: Record<string, TokenClass> = {
  input_mtok: 'input',
  cache_read_mtok: 'cached-input',
  cache_write_mtok: 'cache-write',
  output_mtok: 'output',
  input_audio_mtok: 'audio-input',
  output_audio_mtok: 'audio-output',
};

/**
 * The list prices that come with the package `@pydantic/genai-prices`, as `<provider>/<model>`. Nothing is
 * fetched.
 *
 * A model whose rate depends on the length of the prompt is taken at its dearest rate throughout, which is
 * never too low, and its source says so. A price that changes with the time of day is left out.
 *
 * @param options - `at`: of prices that changed, the one that holds then
 */
export function readPublicPrices(options: {
  at: Date;
  logger: LoggerService;
}): PriceOffer[] {
  const source = `genai-prices ${readVersion()}`;
  return PROVIDERS.flatMap(providerId => {
    const provider = findProvider({ providerId });
    if (!provider) {
      options.logger.warn(`${source} has no prices of "${providerId}"`);
      return [];
    }
    return readProvider(provider, { ...options, source });
  });
}

function readProvider(
  provider: Provider,
  options: { at: Date; source: string; logger: LoggerService },
): PriceOffer[] {
  const offers: PriceOffer[] = [];
  for (const model of provider.models) {
    const priceKey = `${provider.id}/${model.id}`;
    const prices = priceAt(model.prices, options.at);
    if (!prices) continue;
    try {
      const { rates, isTiered } = readRates(prices);
      if (rates.input === undefined) continue; // priced by picture or by minute
      const source = isTiered
        ? `${options.source}, dearest tier`
        : options.source;
      offers.push({ priceKey, rates, source });
    } catch (error) {
      options.logger.warn(
        `Left out the price of ${priceKey} of ${
          options.source
        }: ${stringifyError(error)}`,
      );
    }
  }
  return offers;
}

/** The price that holds at a day; undefined when it depends on the hour. */
function priceAt(
  prices: ConditionalPrice[] | ModelPrice,
  at: Date,
): ModelPrice | undefined {
  if (!Array.isArray(prices)) return prices;
  let best: { from: string; prices: ModelPrice } | undefined;
  for (const { constraint, prices: each } of prices) {
    if (constraint?.type === 'time_of_date') return undefined;
    const from = constraint?.start_date ?? '';
    const hasBegun = from <= at.toISOString().slice(0, 10);
    if (hasBegun && (!best || from >= best.from)) best = { from, prices: each };
  }
  return best?.prices;
}

function readRates(prices: ModelPrice): { rates: Rates; isTiered: boolean } {
  const rates: Rates = {};
  let isTiered = false;
  for (const [field, tokenClass] of Object.entries(PRICE_FIELDS)) {
    const price = prices[field];
    if (price === undefined) continue;
    if (typeof price !== 'number') isTiered = true;
    const usdPerMillion = decimalText(dearestOf(price));
    rates[tokenClass] = formatRate(parseRatePerMillion(usdPerMillion));
  }
  return { rates, isTiered };
}

function dearestOf(price: number | TieredPrices): number {
  if (typeof price === 'number') return price;
  return Math.max(price.base, ...price.tiers.map(tier => tier.price));
}

/** The package does not export its package.json. */
function readVersion(): string {
  const entryPoint = require.resolve('@pydantic/genai-prices');
  const text = readFileSync(
    join(dirname(entryPoint), '..', 'package.json'),
    'utf8',
  );
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

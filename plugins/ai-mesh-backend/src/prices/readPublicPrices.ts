import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  decimalText,
  divideHalfEven,
  formatRate,
  parseRate,
  PriceRates,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  ConditionalPrice,
  findProvider,
  ModelPrice,
  Provider,
} from '@pydantic/genai-prices';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { checkOffer } from './checkOffer';
import { LongContextRates, PriceOffer } from './Price';
import { SOURCE_IDS } from './sourceRank';
import { hasLeadingClass } from './terms';

const PROVIDERS = ['openai', 'azure', 'anthropic'];
const MILLION = 1_000_000n;
const SECONDS_AN_HOUR = 3_600n;
/** The table's fields that are priced here, and how many of our units each is for. */
const PRICE_FIELDS: Record<string, { tokenClass: TokenClass; units: bigint }> =
  {
    input_mtok: { tokenClass: 'input', units: MILLION },
    cache_read_mtok: { tokenClass: 'cached-input', units: MILLION },
    cache_write_mtok: { tokenClass: 'cache-write', units: MILLION },
    cache_write_1h_mtok: { tokenClass: 'cache-write-hour', units: MILLION },
    output_mtok: { tokenClass: 'output', units: MILLION },
    input_audio_mtok: { tokenClass: 'audio-input', units: MILLION },
    output_audio_mtok: { tokenClass: 'audio-output', units: MILLION },
    input_image_mtok: { tokenClass: 'image-input', units: MILLION },
    output_image_mtok: { tokenClass: 'image-output', units: MILLION },
    web_searches_kcount: { tokenClass: 'tool-call', units: 1_000n },
    input_audio_hours: { tokenClass: 'audio-second', units: SECONDS_AN_HOUR },
  };
/** The dearest field above, before it is divided by its units. */
const DEAREST_FIELD = '10000';

/**
 * The list prices that come with the package `@pydantic/genai-prices`, as `<provider>/<model>`. Nothing is
 * fetched.
 *
 * Where a rate depends on the length of the prompt, the whole request has the rate of its length: so bill
 * Anthropic, Google and OpenAI. A price that changes with the time of day is left out.
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
  const { source } = options;
  const offers: PriceOffer[] = [];
  for (const model of provider.models) {
    const priceKey = `${provider.id}/${model.id}`;
    const prices = priceAt(model.prices, options.at);
    if (!prices) continue;
    try {
      const rates = readRates(prices, 0);
      if (!hasLeadingClass(rates)) continue;
      offers.push(
        checkOffer(
          { priceKey, rates, longContext: readLongContext(prices), source },
          { sourceId: SOURCE_IDS.bundled },
        ),
      );
    } catch (error) {
      options.logger.warn(
        `Left out the price of ${priceKey} of ${source}: ${stringifyError(
          error,
        )}`,
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

function readLongContext(prices: ModelPrice): LongContextRates[] {
  const starts = Object.keys(PRICE_FIELDS).flatMap(field => {
    const price = prices[field];
    return typeof price === 'object' ? price.tiers.map(tier => tier.start) : [];
  });
  return [...new Set(starts)].map(aboveInputTokens => ({
    aboveInputTokens,
    rates: readRates(prices, aboveInputTokens),
  }));
}

/** The rates of a request whose input is just above a threshold; of every request for zero. */
function readRates(prices: ModelPrice, aboveInputTokens: number): PriceRates {
  const rates: PriceRates = {};
  for (const [field, { tokenClass, units }] of Object.entries(PRICE_FIELDS)) {
    const price = prices[field];
    if (price === undefined) continue;
    const tier =
      typeof price === 'number'
        ? price
        : price.tiers.findLast(each => each.start <= aboveInputTokens)?.price ??
          price.base;
    const whole = parseRate(decimalText(tier), DEAREST_FIELD);
    rates[tokenClass] = formatRate(divideHalfEven(whole, units) as Rate);
  }
  return rates;
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

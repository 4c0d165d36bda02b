import { Config } from '@backstage/config';
import { InputError, isError } from '@backstage/errors';
import {
  formatRate,
  parseRatePerMillion,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceOffer } from './Price';
import { Rates } from './PriceLookup';

const RATE_FIELDS: Record<string, TokenClass> = {
  inputUsdPerMillion: 'input',
  cachedInputUsdPerMillion: 'cached-input',
  outputUsdPerMillion: 'output',
};

/**
 * The company's own prices: `aiMesh.prices`. They hold against every price list.
 *
 * @throws InputError that names the entry and the field
 */
export function readConfiguredPrices(config: Config): PriceOffer[] {
  const entries = config.getOptionalConfigArray('aiMesh.prices') ?? [];
  const seen = new Set<string>();
  return entries.map((entry, index) => {
    const where = `aiMesh.prices[${index}]`;
    const priceKey = entry.getOptionalString('model');
    if (!priceKey) {
      throw new InputError(
        `Cannot read ${where}: "model" is missing; it is what models name in ai-mesh.io/price`,
      );
    }
    if (seen.has(priceKey)) {
      throw new InputError(
        `Cannot read ${where}: "${priceKey}" is there twice`,
      );
    }
    seen.add(priceKey);
    return {
      priceKey,
      rates: readRates(entry, `${where} (${priceKey})`),
      source: 'configuration',
    };
  });
}

function readRates(entry: Config, where: string): Rates {
  const rates: Rates = {};
  for (const [field, tokenClass] of Object.entries(RATE_FIELDS)) {
    const value: unknown = entry.getOptional(field);
    if (value === undefined) continue;
    if (typeof value !== 'string') {
      throw new InputError(
        `Cannot read ${where}: "${field}" must be text in quotes such as '2.50', because a number in YAML is not exact`,
      );
    }
    rates[tokenClass] = readRate(value, `${where}: "${field}"`);
  }
  if (rates.input === undefined) {
    throw new InputError(
      `Cannot read ${where}: "inputUsdPerMillion" is missing`,
    );
  }
  return rates;
}

function readRate(usdPerMillion: string, where: string): string {
  try {
    return formatRate(parseRatePerMillion(usdPerMillion));
  } catch (error) {
    throw new InputError(
      `Cannot read ${where}: ${isError(error) ? error.message : error}`,
    );
  }
}

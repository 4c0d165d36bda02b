import { Config } from '@backstage/config';
import { InputError, isError } from '@backstage/errors';
import {
  formatRate,
  parseRatePerMillion,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from './parseUnitRate';
import { PriceOffer } from './Price';
import { Rates } from './PriceLookup';

interface RateField {
  tokenClass: TokenClass;
  read: (usd: string) => Rate;
}

const RATE_FIELDS: Record<string, RateField> = {
  inputUsdPerMillion: perMillion('input'),
  cachedInputUsdPerMillion: perMillion('cached-input'),
  cacheWriteUsdPerMillion: perMillion('cache-write'),
  outputUsdPerMillion: perMillion('output'),
  audioInputUsdPerMillion: perMillion('audio-input'),
  audioOutputUsdPerMillion: perMillion('audio-output'),
  characterUsdPerMillion: perMillion('character'),
  imageUsd: each('image'),
  audioSecondUsd: each('audio-second'),
};

/** What a call is billed by: one of them at least. The other classes only refine these. */
const LEADING: readonly TokenClass[] = [
  'input',
  'image',
  'audio-second',
  'character',
];

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
  for (const [field, { tokenClass, read }] of Object.entries(RATE_FIELDS)) {
    const value: unknown = entry.getOptional(field);
    if (value === undefined) continue;
    if (typeof value !== 'string') {
      throw new InputError(
        `Cannot read ${where}: "${field}" must be text in quotes such as '2.50', because a number in YAML is not exact`,
      );
    }
    rates[tokenClass] = readRate(read, value, `${where}: "${field}"`);
  }
  if (LEADING.every(tokenClass => rates[tokenClass] === undefined)) {
    throw new InputError(
      `Cannot read ${where}: "inputUsdPerMillion" is missing, or for what is not billed by tokens "imageUsd", ` +
        `"audioSecondUsd" or "characterUsdPerMillion"`,
    );
  }
  return rates;
}

function perMillion(tokenClass: TokenClass): RateField {
  return { tokenClass, read: parseRatePerMillion };
}

function each(tokenClass: TokenClass): RateField {
  return { tokenClass, read: usd => parseUnitRate(tokenClass, usd) };
}

function readRate(read: RateField['read'], usd: string, where: string): string {
  try {
    return formatRate(read(usd));
  } catch (error) {
    throw new InputError(
      `Cannot read ${where}: ${isError(error) ? error.message : error}`,
    );
  }
}

import { Config } from '@backstage/config';
import { InputError, isError } from '@backstage/errors';
import {
  formatRate,
  parseRatePerMillion,
  PricedClass,
  PriceRates,
  Rate,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { checkOffer } from './checkOffer';
import { parseUnitRate } from './parseUnitRate';
import { LongContextRates, PriceOffer } from './Price';
import { skuId } from './PriceTimeline';
import { SOURCE_IDS } from './sourceRank';
import { hasLeadingClass } from './terms';

interface RateField {
  pricedClass: PricedClass;
  read: (usd: string) => Rate;
}

const RATE_FIELDS: Record<string, RateField> = {
  inputUsdPerMillion: perMillion('input'),
  cachedInputUsdPerMillion: perMillion('cached-input'),
  cacheWriteUsdPerMillion: perMillion('cache-write'),
  cacheWriteHourUsdPerMillion: perMillion('cache-write-hour'),
  outputUsdPerMillion: perMillion('output'),
  reasoningUsdPerMillion: perMillion('reasoning'),
  embeddingUsdPerMillion: perMillion('embedding'),
  audioInputUsdPerMillion: perMillion('audio-input'),
  audioOutputUsdPerMillion: perMillion('audio-output'),
  imageInputUsdPerMillion: perMillion('image-input'),
  imageOutputUsdPerMillion: perMillion('image-output'),
  characterUsdPerMillion: perMillion('character'),
  imageUsd: each('image'),
  audioSecondUsd: each('audio-second'),
  toolCallUsd: each('tool-call'),
  machineHourUsd: each('machine-time'),
};

/**
 * The company's own prices: `aiMesh.prices`. They hold against every price list.
 *
 * @throws InputError that names the entry and the field
 */
export function readConfiguredPrices(config: Config): PriceOffer[] {
  return readPriceEntries(
    config.getOptionalConfigArray('aiMesh.prices') ?? [],
    {
      where: 'aiMesh.prices',
      sourceId: SOURCE_IDS.configuration,
      source: 'configuration',
    },
  );
}

/** Reads prices as the configuration writes them, its own or a contract's. */
export function readPriceEntries(
  entries: readonly Config[],
  options: {
    where: string;
    sourceId: string;
    source: string;
    contractId?: string;
  },
): PriceOffer[] {
  const seen: PriceOffer[] = [];
  for (const [index, entry] of entries.entries()) {
    const where = `${options.where}[${index}]`;
    const priceKey = entry.getOptionalString('model');
    if (!priceKey) {
      throw new InputError(
        `Cannot read ${where}: "model" is missing; it is what models name in ai-mesh.io/price`,
      );
    }
    const offer = readEntry(entry, `${where} (${priceKey})`, {
      ...options,
      priceKey,
    });
    if (seen.some(other => isTwin(other, offer))) {
      throw new InputError(
        `Cannot read ${where}: "${priceKey}" is there twice for the same region, tier and time`,
      );
    }
    seen.push(offer);
  }
  return seen;
}

/** Whether two offers are of the same price for overlapping times. */
export function isTwin(a: PriceOffer, b: PriceOffer): boolean {
  return (
    skuId(a) === skuId(b) &&
    (a.validTo === undefined || a.validTo > (b.validFrom ?? '')) &&
    (b.validTo === undefined || b.validTo > (a.validFrom ?? ''))
  );
}

function readEntry(
  entry: Config,
  where: string,
  options: {
    priceKey: string;
    sourceId: string;
    source: string;
    contractId?: string;
  },
): PriceOffer {
  const { priceKey, source, sourceId, contractId } = options;
  const rates = readRates(entry, where);
  if (!hasLeadingClass(rates)) {
    throw new InputError(
      `Cannot read ${where}: "inputUsdPerMillion" is missing, or for what is not billed by tokens "imageUsd", ` +
        `"audioSecondUsd", "characterUsdPerMillion" or "machineHourUsd"`,
    );
  }
  const tier = entry.getOptionalString('serviceTier') ?? 'standard';
  const { data: serviceTier } = serviceTierSchema.safeParse(tier);
  if (!serviceTier) {
    throw new InputError(
      `Cannot read ${where}: "serviceTier" is "${tier}", expected ${serviceTierSchema.options.join(
        ', ',
      )}`,
    );
  }
  try {
    return checkOffer(
      {
        priceKey,
        region: entry.getOptionalString('region'),
        serviceTier,
        rates,
        longContext: readLongContext(entry, where),
        validFrom: entry.getOptionalString('validFrom'),
        validTo: entry.getOptionalString('validTo'),
        source,
      },
      { sourceId, ...(contractId !== undefined && { contractId }) },
    );
  } catch (error) {
    throw new InputError(
      `Cannot read ${where}: ${isError(error) ? error.message : error}`,
    );
  }
}

function readLongContext(entry: Config, where: string): LongContextRates[] {
  const steps = entry.getOptionalConfigArray('longContext') ?? [];
  return steps.map((step, index) => ({
    aboveInputTokens: step.getNumber('aboveInputTokens'),
    rates: readRates(step, `${where}: longContext[${index}]`),
  }));
}

function readRates(entry: Config, where: string): PriceRates {
  const rates: PriceRates = {};
  for (const [field, { pricedClass, read }] of Object.entries(RATE_FIELDS)) {
    const value: unknown = entry.getOptional(field);
    if (value === undefined) continue;
    if (typeof value !== 'string') {
      throw new InputError(
        `Cannot read ${where}: "${field}" must be text in quotes such as '2.50', because a number in YAML is not exact`,
      );
    }
    rates[pricedClass] = readRate(read, value, `${where}: "${field}"`);
  }
  return rates;
}

function perMillion(pricedClass: PricedClass): RateField {
  return { pricedClass, read: parseRatePerMillion };
}

function each(pricedClass: PricedClass): RateField {
  return { pricedClass, read: usd => parseUnitRate(pricedClass, usd) };
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

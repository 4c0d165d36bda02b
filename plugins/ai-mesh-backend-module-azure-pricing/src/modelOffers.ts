import {
  decimalText,
  formatRate,
  parseRatePerMillion,
  PriceRates,
  Rate,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceOffer } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { parseTokenMeter, TokenMeter } from './parseTokenMeter';
import { AzurePricingSettings } from './readAzurePricingConfig';
import { RetailItem } from './RetailPricesClient';
import { Unmapped } from './Unmapped';
import { zoneOf } from './zoneOf';

/** For people, beside the price. */
export const SOURCE = 'Azure Retail Prices';

/** Tokens that a unit of measure is for, as what to multiply a price per million with. */
const UNITS: Record<string, bigint> = {
  '1M': 1n,
  '1K': 1_000n,
  '1': 1_000_000n,
};

interface Group {
  priceKey: string;
  region: string;
  serviceTier: ServiceTier;
  validFrom?: string;
  threshold?: number;
  rates: PriceRates;
  longRates: PriceRates;
  /** Why it cannot be offered. */
  problem?: string;
}

/**
 * The prices of models from their meters, one a class.
 *
 * Meters of one price in several regions must agree: where they do not, the price is left out, as is one with
 * long-context meters whose threshold the configuration does not say.
 *
 * @param options - `at`: what begins later is offered from then on
 */
export function toModelOffers(
  items: readonly RetailItem[],
  options: {
    models: AzurePricingSettings['models'];
    at: Date;
    unmapped: Unmapped;
  },
): PriceOffer[] {
  const groups = new Map<string, Group>();
  for (const item of items) {
    const read = readMeter(item, options);
    if (!read) continue;
    const id = JSON.stringify([
      [read.priceKey, read.region, read.meter.serviceTier],
      read.validFrom ?? null,
    ]);
    const group = groups.get(id) ?? newGroup(read);
    groups.set(id, group);
    addRate(group, read);
  }
  return [...groups.values()].flatMap(group => {
    const problem = group.problem ?? problemOf(group);
    if (problem === undefined) return [toOffer(group)];
    options.unmapped.add(problem, `${group.priceKey} ${group.region}`.trim());
    return [];
  });
}

interface ReadMeter {
  meter: TokenMeter;
  priceKey: string;
  region: string;
  rate: string;
  validFrom?: string;
  threshold?: number;
}

function readMeter(
  item: RetailItem,
  options: Parameters<typeof toModelOffers>[1],
): ReadMeter | undefined {
  const { models, at, unmapped } = options;
  if (item.type !== 'Consumption') return undefined; // reservations and the like are no price of a call
  const meter = parseTokenMeter(item.productName, item.meterName);
  const units = UNITS[item.unitOfMeasure];
  if (!meter || units === undefined || item.tierMinimumUnits > 0) {
    unmapped.add('meters are of no token that we price', item.meterName);
    return undefined;
  }
  const setting = models?.find(each => each.meter === meter.model);
  if (models && !setting) return undefined;
  const region = regionOf(item, meter);
  if (region === undefined) {
    unmapped.add('meters are of an unknown data zone', item.armRegionName);
    return undefined;
  }
  const perMillion = parseRatePerMillion(decimalText(item.retailPrice));
  const begin = new Date(item.effectiveStartDate);
  return {
    meter,
    priceKey: setting?.price ?? `azure/${meter.model}`,
    region,
    rate: formatRate((perMillion * units) as Rate),
    ...(begin > at && { validFrom: begin.toISOString() }),
    threshold: setting?.longContextAboveInputTokens,
  };
}

function regionOf(item: RetailItem, meter: TokenMeter): string | undefined {
  if (meter.place === 'global') return '';
  return meter.place === 'zone'
    ? zoneOf(item.armRegionName)
    : item.armRegionName;
}

function newGroup({
  meter,
  priceKey,
  region,
  validFrom,
  threshold,
}: ReadMeter): Group {
  const { serviceTier } = meter;
  const place = { priceKey, region, serviceTier };
  return { ...place, validFrom, threshold, rates: {}, longRates: {} };
}

function addRate(group: Group, { meter, rate }: ReadMeter): void {
  const rates = meter.isLongContext ? group.longRates : group.rates;
  const known = rates[meter.tokenClass];
  if (known !== undefined && known !== rate) {
    group.problem = 'prices have meters that disagree';
  }
  rates[meter.tokenClass] = rate;
}

function problemOf({ rates, longRates, threshold }: Group): string | undefined {
  if (rates.input === undefined) return 'prices have no meter of input';
  if (Object.keys(longRates).length > 0 && threshold === undefined) {
    return 'prices have long-context meters and no longContextAboveInputTokens';
  }
  return undefined;
}

function toOffer(group: Group): PriceOffer {
  const { priceKey, region, serviceTier, validFrom, rates } = group;
  const { threshold, longRates } = group;
  const isLong = Object.keys(longRates).length > 0;
  return {
    priceKey,
    region,
    serviceTier,
    rates,
    ...(isLong &&
      threshold !== undefined && {
        longContext: [{ aboveInputTokens: threshold, rates: longRates }],
      }),
    ...(validFrom !== undefined && { validFrom }),
    source: SOURCE,
  };
}

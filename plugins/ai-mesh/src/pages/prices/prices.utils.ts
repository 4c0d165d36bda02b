import {
  formatRatePerMillion,
  parseRate,
  PricedClass,
  pricedClassSchema,
  PriceImport,
  PriceOutcome,
  PriceRates,
  PriceSku,
  PriceVersion,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { formatPrice } from '../../components/Price';
import { Tone } from '../../components/StatusBadge';
import { NOTHING } from '../../utils/format';

/** One rate, as people compare it. */
export interface RatePart {
  pricedClass: PricedClass;
  /** What is paid for, for example `Cached input`. */
  label: string;
  /** Plain decimal dollars. */
  usd: string;
  /** How much of it, for example `1M tokens`. */
  unit: string;
}

const TOKENS = '1M tokens';
const CLASSES: Record<PricedClass, { label: string; unit: string }> = {
  input: { label: 'Input', unit: TOKENS },
  'cached-input': { label: 'Cached input', unit: TOKENS },
  'cache-write': { label: 'Cache write', unit: TOKENS },
  'cache-write-hour': { label: 'Cache write, an hour', unit: TOKENS },
  'audio-input': { label: 'Audio input', unit: TOKENS },
  'image-input': { label: 'Image input', unit: TOKENS },
  embedding: { label: 'Embedding', unit: TOKENS },
  output: { label: 'Output', unit: TOKENS },
  reasoning: { label: 'Reasoning', unit: TOKENS },
  'audio-output': { label: 'Audio output', unit: TOKENS },
  'image-output': { label: 'Image output', unit: TOKENS },
  image: { label: 'Picture', unit: 'picture' },
  'audio-second': { label: 'Heard', unit: 'second' },
  character: { label: 'Spoken', unit: '1M characters' },
  'tool-call': { label: 'Tool use', unit: 'use' },
  'machine-time': { label: 'Machine', unit: 'hour' },
};

/** What a class is called. */
export function labelOf(pricedClass: PricedClass): string {
  return CLASSES[pricedClass].label;
}

/** The rates of a price in the order in which people compare, by the million where they are small. */
export function ratePartsOf(rates: PriceRates): RatePart[] {
  return pricedClassSchema.options.flatMap(pricedClass => {
    const rate = rates[pricedClass];
    if (rate === undefined) return [];
    const { label, unit } = CLASSES[pricedClass];
    const usd = unit.startsWith('1M ')
      ? formatRatePerMillion(parseRate(rate))
      : rate;
    return [{ pricedClass, label, usd, unit }];
  });
}

/** A rate in one line: `Cached input $1.25 per 1M tokens`. */
export function describeRate({ label, usd, unit }: RatePart): string {
  return `${label} ${formatPrice(usd)} per ${unit}`;
}

const TIERS: Record<ServiceTier, string> = {
  standard: 'Standard',
  priority: 'Priority',
  flex: 'Flex',
  batch: 'Batch',
  provisioned: 'Provisioned',
};

/** What a tier of service is called. */
export function tierName(tier: ServiceTier): string {
  return TIERS[tier];
}

/** Where and as what a price holds: `westeurope, Batch`. */
export function placeOf({ region, serviceTier }: PriceSku): string {
  return `${region || 'Everywhere'}, ${tierName(serviceTier)}`;
}

/** One text for one price in the address. */
export function toSkuText({ priceKey, region, serviceTier }: PriceSku): string {
  return [serviceTier, region, priceKey].join('|');
}

/** Reads {@link toSkuText}; undefined for what somebody typed. */
export function parseSkuText(text: string): PriceSku | undefined {
  const [tier, region, ...key] = text.split('|');
  const serviceTier = (Object.keys(TIERS) as ServiceTier[]).find(
    each => each === tier,
  );
  const priceKey = key.join('|');
  return serviceTier && region !== undefined && priceKey
    ? { priceKey, region, serviceTier }
    : undefined;
}

/** From when to when a version holds, by the reader's locale. */
export function formatValidity(
  version: Partial<Pick<PriceVersion, 'validFrom' | 'validTo'>>,
): string {
  const { validFrom, validTo } = version;
  const from = validFrom === undefined ? 'now' : formatMoment(validFrom);
  return validTo === undefined
    ? `from ${from}`
    : `${from} to ${formatMoment(validTo)}`;
}

function formatMoment(text: string): string {
  return DateTime.fromISO(text).toLocaleString(DateTime.DATETIME_MED);
}

/** By how much a price changes: `10 times as dear`. */
export function describeFactor(factor: string | undefined): string {
  if (factor === undefined) return 'To or from zero';
  return Number(factor) > 1
    ? `${formatNumber(Number(factor))} times as dear`
    : `${formatNumber(1 / Number(factor))} times as cheap`;
}

function formatNumber(value: number): string {
  return new Intl.NumberFormat(undefined, {
    maximumSignificantDigits: 3,
  }).format(value);
}

const OUTCOMES: Record<PriceOutcome, { tone: Tone; text: string }> = {
  new: { tone: 'positive', text: 'New' },
  changed: { tone: 'positive', text: 'Changed' },
  waiting: { tone: 'warning', text: 'Waits for review' },
  unchanged: { tone: 'neutral', text: 'Unchanged' },
  outranked: { tone: 'neutral', text: 'Held by another source' },
};

/** What becomes of an offer, in words and in what they mean. */
export function outcomeOf(outcome: PriceOutcome): { tone: Tone; text: string } {
  return OUTCOMES[outcome];
}

/** How many prices of an import are taken, wait, and stay. */
export function countOutcomes({ changes }: PriceImport): {
  taken: number;
  waiting: number;
  left: number;
} {
  const count = (...outcomes: PriceOutcome[]) =>
    changes.filter(each => outcomes.includes(each.outcome)).length;
  return {
    taken: count('new', 'changed'),
    waiting: count('waiting'),
    left: count('unchanged', 'outranked'),
  };
}

/** The rates of a class before and after a change. */
export function ratesBeforeAfter(
  pricedClass: PricedClass,
  before: PriceRates | undefined,
  after: PriceRates,
): string {
  const find = (rates: PriceRates | undefined) => {
    const part = ratePartsOf(rates ?? {}).find(
      each => each.pricedClass === pricedClass,
    );
    return part && `${formatPrice(part.usd)} per ${part.unit}`;
  };
  return `${find(before) ?? NOTHING} → ${find(after) ?? NOTHING}`;
}

/** A count with its noun: `1 price`, `2 prices`. */
export function countPrices(count: number): string {
  return `${new Intl.NumberFormat().format(count)} ${
    count === 1 ? 'price' : 'prices'
  }`;
}

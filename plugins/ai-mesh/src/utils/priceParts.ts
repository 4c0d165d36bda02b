import { ModelPrice } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** One part of a price: so many dollars for so much of something. */
export interface PricePart {
  /** What is paid for, for example `Cached input`. */
  label: string;
  /** Plain decimal dollars. */
  usd: string;
  /** How much of it, for example `1M tokens`. */
  unit: string;
}

type Amounts = Omit<ModelPrice, 'priceVersionId' | 'source'>;

const PARTS: [keyof Amounts, Omit<PricePart, 'usd'>][] = [
  ['inputUsdPerMillion', { label: 'Input', unit: '1M tokens' }],
  ['cachedInputUsdPerMillion', { label: 'Cached input', unit: '1M tokens' }],
  ['outputUsdPerMillion', { label: 'Output', unit: '1M tokens' }],
  ['imageUsd', { label: 'Picture', unit: 'picture' }],
  ['audioSecondUsd', { label: 'Heard', unit: 'second' }],
  ['characterUsdPerMillion', { label: 'Spoken', unit: '1M characters' }],
];

/** What of a price is known, in the order in which people compare. */
export function pricePartsOf(price: Amounts): PricePart[] {
  return PARTS.flatMap(([name, part]) => {
    const usd = price[name];
    return usd === undefined ? [] : [{ ...part, usd }];
  });
}

import {
  formatRatePerMillion,
  ModelPrice,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from '../prices/parseUnitRate';
import { Price } from '../prices/Price';

/** What a call is billed by. A price without any of them would read as free. */
const LEADING: readonly TokenClass[] = [
  'input',
  'image',
  'audio-second',
  'character',
];

/** A price as people compare it: per million tokens or characters, per picture, per second. */
export function toModelPrice(
  price: Pick<Price, 'priceVersionId' | 'rates' | 'source'>,
): ModelPrice | undefined {
  const { rates } = price;
  if (LEADING.every(each => rates[each] === undefined)) return undefined;
  return {
    priceVersionId: price.priceVersionId,
    inputUsdPerMillion: perMillion(price, 'input'),
    cachedInputUsdPerMillion: perMillion(price, 'cached-input'),
    outputUsdPerMillion: perMillion(price, 'output'),
    imageUsd: rates.image,
    audioSecondUsd: rates['audio-second'],
    characterUsdPerMillion: perMillion(price, 'character'),
    source: price.source,
  };
}

function perMillion(
  price: Pick<Price, 'rates'>,
  tokenClass: TokenClass,
): string | undefined {
  const usd = price.rates[tokenClass];
  return usd === undefined
    ? undefined
    : formatRatePerMillion(parseUnitRate(tokenClass, usd));
}

import { Rates } from '../prices/PriceLookup';
import { toModelPrice } from './toModelPrice';

function priceOf(rates: Rates) {
  return toModelPrice({
    priceVersionId: 'v1',
    rates,
    source: 'configuration',
  });
}

it.each<[string, Rates, object]>([
  [
    'tokens',
    { input: '0.0000025', 'cached-input': '0.00000125', output: '0.00001' },
    {
      inputUsdPerMillion: '2.50',
      cachedInputUsdPerMillion: '1.25',
      outputUsdPerMillion: '10.00',
    },
  ],
  ['pictures, dearer than any token', { image: '0.04' }, { imageUsd: '0.04' }],
  [
    'seconds that are heard',
    { 'audio-second': '0.0001' },
    { audioSecondUsd: '0.0001' },
  ],
  [
    'characters that are spoken',
    { character: '0.000015' },
    { characterUsdPerMillion: '15.00' },
  ],
  [
    'tokens and pictures',
    { input: '0.000005', image: '0.04' },
    { inputUsdPerMillion: '5.00', imageUsd: '0.04' },
  ],
])('shows a price by %s', (_, rates, expected) => {
  expect(JSON.parse(JSON.stringify(priceOf(rates)))).toEqual({
    priceVersionId: 'v1',
    source: 'configuration',
    ...expected,
  });
});

it.each<[string, Rates]>([
  ['of nothing', {}],
  ['of output alone', { output: '0.00001' }],
  ['of cached input alone', { 'cached-input': '0.00000125' }],
])('shows no price %s, which would read as free', (_, rates) => {
  expect(priceOf(rates)).toBeUndefined();
});

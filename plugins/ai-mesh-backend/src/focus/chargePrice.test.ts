import { PinnedPrice } from '../prices/PriceLookup';
import { chargePriceOf } from './chargePrice';

const PRICE: PinnedPrice = {
  priceKey: 'google/gemini',
  provider: 'google',
  region: '',
  serviceTier: 'standard',
  rates: { input: '0.000001', output: '0.000004' },
  longContext: [
    {
      aboveInputTokens: 200_000,
      rates: { input: '0.000002', output: '0.000005' },
    },
    {
      aboveInputTokens: 1_000_000,
      rates: { input: '0.000003', output: '0.000006' },
    },
  ],
};
const LIST: PinnedPrice = {
  ...PRICE,
  rates: { input: '0.00001' },
  longContext: [{ aboveInputTokens: 128_000, rates: { input: '0.00002' } }],
};
/** In atto-dollars. */
const MICRO_USD = 1_000_000_000_000n;

function ratesOf(
  chargeClass: Parameters<typeof chargePriceOf>[0]['chargeClass'],
  aboveInputTokens?: number,
  list?: PinnedPrice,
) {
  const about = { chargeClass, aboveInputTokens };
  return chargePriceOf(about, PRICE, list).rates.map(each => [
    each.contracted / MICRO_USD,
    each.list / MICRO_USD,
  ]);
}

describe('chargePriceOf', () => {
  it.each([
    [undefined, 1n],
    [0, 1n],
    [200_000, 2n],
    [1_000_000, 3n],
  ])('gives the one rate of prompts above %p tokens', (above, rate) => {
    expect(ratesOf('input', above)).toEqual([[rate, rate]]);
  });

  it.each([
    [undefined, 1n, 10n],
    [200_000, 2n, 20n],
    [1_000_000, 3n, 20n],
  ])(
    'puts the list price of the same prompts beside it: above %p',
    (above, contracted, list) => {
      expect(ratesOf('input', above, LIST)).toEqual([[contracted, list]]);
    },
  );

  it('has every rate of those prompts for a class that the price does not know', () => {
    expect(ratesOf('cached-input', 200_000)).toEqual([
      [2n, 2n],
      [5n, 5n],
    ]);
    expect(ratesOf('cache-write-hour')).toEqual([
      [1n, 1n],
      [4n, 4n],
      [2n, 2n],
    ]);
  });

  it.each([
    ['azure-vm/Standard_NC24ads_A100_v4/spot', true],
    ['azure-vm/Standard_NC24ads_A100_v4', false],
    ['openai/spot-the-difference', false],
    ['openai/spot', false],
  ])('knows a spot machine by its key: %s', (priceKey, isSpot) => {
    const about = { chargeClass: 'gpu-time' as const };
    const price = {
      ...PRICE,
      priceKey,
      longContext: [],
      rates: { 'machine-time': '1' },
    };
    expect(chargePriceOf(about, price)).toMatchObject({
      isSpot,
      rates: [{ contracted: 10n ** 18n }],
    });
  });
});

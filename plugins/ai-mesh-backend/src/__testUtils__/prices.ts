import { BookVersion, Price, PriceOffer } from '../prices/Price';

/** An offer of the bundled table, as it is after the check. */
export function priceOffer(
  priceKey: string,
  more: Partial<PriceOffer> = {},
): PriceOffer {
  return {
    priceKey,
    region: '',
    serviceTier: 'standard',
    rates: { input: '0.000002', output: '0.000008' },
    longContext: [],
    sourceId: 'bundled',
    source: 'list',
    ...more,
  };
}

/** A version of the price book. */
export function priceVersion(more: Partial<BookVersion>): BookVersion {
  return {
    ...priceOffer('own/llama'),
    id: `v${more.sequence ?? 1}`,
    isWithdrawn: false,
    validFrom: '2026-01-01T00:00:00.000Z',
    recordedAt: '2026-01-01T00:00:00.000Z',
    sequence: 1,
    ...more,
  };
}

/** The price of a model as the price book gives it. */
export function priceOfModel(
  more: Partial<Price> & Pick<Price, 'priceVersionId' | 'priceKey'>,
): Price {
  return {
    source: 'list',
    rates: {},
    longContext: [],
    serviceTiers: {},
    ...more,
  };
}

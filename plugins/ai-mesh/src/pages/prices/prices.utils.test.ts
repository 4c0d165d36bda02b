import { PriceImport } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  countOutcomes,
  describeFactor,
  describeRate,
  formatValidity,
  parseSkuText,
  ratePartsOf,
  ratesBeforeAfter,
  toSkuText,
} from './prices.utils';

describe('ratePartsOf', () => {
  it('shows small rates by the million, and others by the piece', () => {
    const parts = ratePartsOf({
      'machine-time': '3.673',
      output: '0.00001',
      input: '0.0000000025',
      image: '0.04',
      character: '0.000015',
      'tool-call': '0.025',
    });
    expect(parts.map(describeRate)).toEqual([
      'Input $0.0025 per 1M tokens',
      'Output $10.00 per 1M tokens',
      'Picture $0.04 per picture',
      'Spoken $15.00 per 1M characters',
      'Tool use $0.025 per use',
      'Machine $3.673 per hour',
    ]);
  });

  it('keeps a price of zero, which is not no price', () => {
    expect(ratePartsOf({ input: '0' })).toHaveLength(1);
    expect(ratePartsOf({})).toEqual([]);
  });
});

describe('ratesBeforeAfter', () => {
  it.each([
    [{ input: '0.000001' }, '$1.00 per 1M tokens → $2.00 per 1M tokens'],
    [undefined, '– → $2.00 per 1M tokens'],
  ])('of %j', (before, expected) => {
    expect(ratesBeforeAfter('input', before, { input: '0.000002' })).toBe(
      expected,
    );
  });
});

it.each([
  ['12.5', '12.5 times as dear'],
  ['0.1', '10 times as cheap'],
  [undefined, 'To or from zero'],
])('describes a factor of %s', (factor, expected) => {
  expect(describeFactor(factor)).toBe(expected);
});

it.each([
  { priceKey: 'azure/gpt-4o', region: '', serviceTier: 'standard' },
  { priceKey: 'own/a|b', region: 'eu', serviceTier: 'batch' },
] as const)('keeps %j in the address', sku => {
  expect(parseSkuText(toSkuText(sku))).toEqual(sku);
});

it.each(['', 'gpt-4o', 'fast||azure/gpt-4o', 'standard|'])(
  'takes no price from "%s"',
  text => {
    expect(parseSkuText(text)).toBeUndefined();
  },
);

it('says from when to when', () => {
  const [from, to] = ['2026-01-01T12:00:00.000Z', '2026-02-01T12:00:00.000Z'];
  expect(formatValidity({ validFrom: from, validTo: to })).toMatch(
    /^Jan 1, 2026.* to Feb 1, 2026/,
  );
  expect(formatValidity({ validFrom: from })).toMatch(/^from Jan 1, 2026/);
  expect(formatValidity({})).toBe('from now');
});

it('counts what becomes of an import', () => {
  const change = { rates: {}, longContext: [], isBackDated: false };
  const sku = { priceKey: 'a/b', region: '', serviceTier: 'standard' } as const;
  const outcomes = [
    'new',
    'changed',
    'waiting',
    'unchanged',
    'outranked',
  ] as const;
  const file: PriceImport = {
    problems: [],
    changes: outcomes.map(outcome => ({ ...change, ...sku, outcome })),
  };
  expect(countOutcomes(file)).toEqual({ taken: 2, waiting: 1, left: 2 });
});

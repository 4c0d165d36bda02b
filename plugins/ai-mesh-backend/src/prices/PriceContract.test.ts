import { parseRate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  contractsOf,
  discounted,
  parseDiscount,
  PriceContract,
} from './PriceContract';

const CONTRACT: PriceContract = {
  id: 'EA',
  prefixes: ['azure/'],
  priceKeys: [],
  offers: [],
  validFrom: '2026-01-01T00:00:00.000Z',
};

function off(rate: string, percent: string) {
  const terms = discounted(
    { rates: { input: rate }, longContext: [] },
    parseDiscount(percent),
  );
  return terms.rates.input;
}

describe('a discount', () => {
  it.each([
    ['0.0000025', '12.5', '0.0000021875'],
    ['0.0000025', '0', '0.0000025'],
    ['0.0000025', '99.999999999999', '0.000000000000000000'],
    ['0.000000000000000001', '50', '0'], // half to even
    ['0.000000000000000003', '50', '0.000000000000000002'],
    ['0.01', '33.3', '0.00667'],
  ])('off %s by %s %% is %s', (rate, percent, expected) => {
    expect(parseRate(off(rate, percent) ?? '')).toBe(parseRate(expected));
  });

  it('is off every threshold too', () => {
    const terms = discounted(
      {
        rates: { input: '0.000002' },
        longContext: [{ aboveInputTokens: 5, rates: { input: '0.000004' } }],
      },
      parseDiscount('25'),
    );
    expect(terms).toEqual({
      rates: { input: '0.0000015' },
      longContext: [{ aboveInputTokens: 5, rates: { input: '0.000003' } }],
    });
  });

  it('is never off by more than half of 1e-18 USD', () => {
    const decimals = fc.integer({ min: 0, max: 99_999 });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 16n }),
        decimals,
        (atto, thousandths) => {
          const percent = (thousandths / 1000).toFixed(3);
          const rate = `0.${atto.toString().padStart(18, '0')}`;
          const left = parseRate(off(rate, percent) ?? '');
          const exact = atto * BigInt(100_000 - thousandths); // in 1/100,000
          const error = left * 100_000n - exact;
          expect(error <= 50_000n && error >= -50_000n).toBe(true);
        },
      ),
    );
  });

  it.each(['100', '100.0', '-1', '1e1', '12,5', '', '1000'])(
    'of "%s" is refused',
    percent => {
      expect(() => parseDiscount(percent)).toThrow(/^Cannot (read|use)/);
    },
  );
});

describe('contractsOf', () => {
  it('goes by the name before the beginning', () => {
    const named = {
      ...CONTRACT,
      id: 'single',
      prefixes: [],
      priceKeys: ['azure/gpt-4o'],
    };
    const all = [CONTRACT, named];
    expect(contractsOf('azure/gpt-4o', all)).toEqual([named]);
    expect(contractsOf('azure/gpt-4o-mini', all)).toEqual([CONTRACT]);
    expect(contractsOf('openai/gpt-4o', all)).toEqual([]);
  });
});

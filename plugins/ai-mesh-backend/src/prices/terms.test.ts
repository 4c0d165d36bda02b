import fc from 'fast-check';
import { PriceTerms } from './Price';
import {
  completeTerms,
  findRateJump,
  isSameTerms,
  ratesAt,
  toCallPrice,
} from './terms';

function terms(input: string, above?: string): PriceTerms {
  return completeTerms(
    { input, output: '0.00001' },
    above === undefined
      ? []
      : [{ aboveInputTokens: 1000, rates: { input: above } }],
  );
}

describe('findRateJump', () => {
  it.each([
    ['0.000001', '0.000005', undefined],
    ['0.000001', '0.000005000000000001', '5'],
    ['0.000005', '0.000001', undefined],
    ['0.000005000000000001', '0.000001', '0.2'],
    ['0.000002', '0.000025', '12.5'],
    ['0', '0', undefined],
  ])('of %s to %s is %p', (before, after, factor) => {
    const jump = findRateJump(terms(before), terms(after));
    expect(jump).toEqual(
      factor === undefined ? undefined : { changedClass: 'input', factor },
    );
  });

  it.each([
    ['0', '0.000001'],
    ['0.000001', '0'],
  ])('is one from %s to %s', (before, after) => {
    expect(findRateJump(terms(before), terms(after))).toEqual({
      changedClass: 'input',
      factor: undefined,
    });
  });

  it('looks at long prompts too, also where only one price knows a threshold', () => {
    expect(
      findRateJump(terms('0.000001'), terms('0.000001', '0.000006')),
    ).toMatchObject({ factor: '6' });
    expect(
      findRateJump(terms('0.000001', '0.000006'), terms('0.000001')),
    ).toMatchObject({ factor: '0.167' });
  });

  it('is none where a class comes or goes', () => {
    const { output: _, ...rates } = terms('0.000001').rates;
    const only = { rates, longContext: [] };
    expect(findRateJump(terms('0.000001'), only)).toBeUndefined();
    expect(findRateJump(only, terms('0.000001'))).toBeUndefined();
  });

  it('names the largest, either way, and never depends on the direction', () => {
    const rate = fc
      .integer({ min: 0, max: 10_000 })
      .map(n => `0.00${String(n).padStart(7, '0')}`);
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const there = findRateJump(terms(a), terms(b));
        const back = findRateJump(terms(b), terms(a));
        expect(there === undefined).toBe(back === undefined);
      }),
    );
  });
});

describe('terms', () => {
  it('re-price the whole request beyond a threshold, not at it', () => {
    const price = terms('0.000001', '0.000002');
    expect(ratesAt(price, 1000).input).toBe('0.000001');
    expect(ratesAt(price, 1001)).toEqual({
      input: '0.000002',
      output: '0.00001', // what a threshold does not change goes on
    });
  });

  it('bring thresholds into order', () => {
    const price = completeTerms({ input: '0.1' }, [
      { aboveInputTokens: 200, rates: { input: '0.3' } },
      { aboveInputTokens: 100, rates: { input: '0.2' } },
    ]);
    expect(price.longContext.map(each => each.aboveInputTokens)).toEqual([
      100, 200,
    ]);
    expect(ratesAt(price, 500).input).toBe('0.3');
  });

  it('are the same only when every rate at every threshold is', () => {
    expect(isSameTerms(terms('0.1', '0.2'), terms('0.1', '0.2'))).toBe(true);
    expect(isSameTerms(terms('0.1', '0.2'), terms('0.1', '0.3'))).toBe(false);
    expect(isSameTerms(terms('0.1', '0.2'), terms('0.1'))).toBe(false);
    expect(isSameTerms(terms('0.1'), terms('0.2'))).toBe(false);
  });

  it('give gateways only what a call can have', () => {
    const price = completeTerms({ input: '0.1', 'machine-time': '4' }, []);
    expect(toCallPrice('v1', price)).toEqual({
      priceVersionId: 'v1',
      rates: { input: '0.1' },
      longContext: [],
    });
  });
});

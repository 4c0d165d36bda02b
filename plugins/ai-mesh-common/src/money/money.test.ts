import fc from 'fast-check';
import {
  allocate,
  costCeiling,
  costOf,
  divideHalfEven,
  formatRate,
  formatRatePerMillion,
  formatUsd,
  formatUsdExact,
  parseRate,
  parseRatePerMillion,
  parseUsd,
  PicoUsd,
  picoUsd,
  Rate,
  sumPicoUsd,
} from '.';

const tokens = () => fc.bigInt({ min: 0n, max: 10n ** 12n });
const rate = () =>
  fc.bigInt({ min: 0n, max: 10n ** 16n }).map(units => units as Rate);
const amount = () =>
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(picoUsd);
const abs = (value: bigint) => (value < 0n ? -value : value);

describe('divideHalfEven', () => {
  it.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [0n, 7n, 0n],
  ])('divides %p by %p to %p', (dividend, divisor, quotient) => {
    expect(divideHalfEven(dividend, divisor)).toBe(quotient);
  });

  it('is never off by more than a half, and even on a tie', () =>
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        (dividend, divisor) => {
          const quotient = divideHalfEven(dividend, divisor);
          const error = 2n * abs(quotient * divisor - dividend);
          expect(error).toBeLessThanOrEqual(divisor);
          const tieIsEven = error !== divisor || quotient % 2n === 0n;
          expect(tieIsEven).toBe(true);
        },
      ),
    ));

  it('refuses a divisor of zero or less', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(/current value is 0/);
  });
});

describe('costOf', () => {
  it('is exact at the rates of real price lists', () => {
    expect(
      formatUsdExact(costOf(1_000_000n, parseRatePerMillion('2.50'))),
    ).toBe('2.50');
    // gpt-5-nano, flex, cached input: the cheapest live rate
    expect(costOf(1n, parseRate('0.0000000025'))).toBe(2500n);
  });

  it('never charges two half calls more than one pico-dollar apart from the whole call', () =>
    fc.assert(
      fc.property(tokens(), tokens(), rate(), (a, b, r) => {
        const apart = abs(costOf(a + b, r) - costOf(a, r) - costOf(b, r));
        expect(apart).toBeLessThanOrEqual(1n);
      }),
    ));

  it('grows with tokens and is covered by its ceiling', () =>
    fc.assert(
      fc.property(tokens(), tokens(), rate(), (a, b, r) => {
        expect(costOf(a + b, r)).toBeGreaterThanOrEqual(costOf(a, r));
        expect(costCeiling(a, r)).toBeGreaterThanOrEqual(costOf(a, r));
        expect(costCeiling(a, r) - costOf(a, r)).toBeLessThanOrEqual(1n);
      }),
    ));

  it('stops on a negative count', () => {
    expect(() => costOf(-1n, parseRate('0.000001'))).toThrow(/below zero/);
  });
});

describe('amounts as text', () => {
  it('reads back exactly what it wrote', () =>
    fc.assert(
      fc.property(amount(), value => {
        expect(parseUsd(formatUsdExact(value))).toBe(value);
      }),
    ));

  it('writes plain decimals, never an exponent', () =>
    fc.assert(
      fc.property(amount(), value => {
        expect(formatUsdExact(value)).toMatch(/^-?\d+\.\d{2,12}$/);
      }),
    ));

  it.each([
    '',
    'abc',
    '1e3',
    '+1',
    '1,000',
    '0x10',
    '1.0000000000001',
    '.5',
    '1.',
  ])('refuses %p as an amount', text => {
    expect(() => parseUsd(text)).toThrow(/Cannot read/);
  });

  it.each([
    ['0', '$0.00'],
    ['1234.5', '$1,234.50'],
    ['0.0000213', '$0.0000213'],
    ['0.000000000001', '$0.000000000001'],
    ['0.25', '$0.25'],
    ['-3.1', '-$3.10'],
    ['9007199254740993.25', '$9,007,199,254,740,993.25'],
  ])('shows %p as %p', (usd, shown) => {
    expect(formatUsd(parseUsd(usd), 'en-US')).toBe(shown);
  });

  it('never shows money as nothing', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }).map(picoUsd),
        value => {
          expect(formatUsd(value, 'en-US')).toMatch(/[1-9]/);
        },
      ),
    ));
});

describe('rates', () => {
  it('agree per token and per million', () => {
    expect(parseRatePerMillion('2.50')).toBe(parseRate('0.0000025'));
    expect(formatRate(parseRatePerMillion('2.50'))).toBe('0.0000025');
    expect(formatRatePerMillion(parseRate('0.0000025'))).toBe('2.50');
  });

  it('refuse a price per million typed as a price per token', () => {
    expect(() => parseRate('2.50')).toThrow(/per million/);
  });

  it('refuse a negative price', () => {
    expect(() => parseRate('-0.000001')).toThrow(/below zero/);
  });
});

describe('allocate', () => {
  const weights = () =>
    fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1 })
      .filter(each => each.some(weight => weight > 0n));

  it('splits without losing a pico-dollar, each part within one of its share', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n }).map(picoUsd),
        weights(),
        (total, parts) => {
          const sum = parts.reduce((each, weight) => each + weight, 0n);
          const shares = allocate(total, parts);
          expect(sumPicoUsd(shares)).toBe(total);
          shares.forEach((share: PicoUsd, index) => {
            expect(abs(share * sum - total * parts[index])).toBeLessThan(sum);
            const given = parts[index] > 0n || share === 0n;
            expect(given).toBe(true);
          });
        },
      ),
    ));

  it('gives what is left to the largest remainders, then in order', () => {
    expect(allocate(picoUsd(100n), [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(picoUsd(10n), [1n, 6n])).toEqual([1n, 9n]);
  });

  it('refuses what cannot be split', () => {
    expect(() => allocate(picoUsd(1n), [0n])).toThrow(/Cannot allocate/);
    expect(() => allocate(picoUsd(-1n), [1n])).toThrow(/Cannot allocate/);
  });
});

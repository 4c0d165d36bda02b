import fc from 'fast-check';
import { decimalText } from './decimalText';

describe('decimalText', () => {
  it.each([
    [0.15, '0.15'],
    [10, '10'],
    [2.5e-7, '0.00000025'],
    [1e-7, '0.0000001'],
    [1e21, '1000000000000000000000'],
    [1.5e22, '15000000000000000000000'],
    [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(decimalText(value)).toBe(text);
  });

  it('reads back as the same number, without an exponent', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        value => {
          const text = decimalText(value);
          expect(text).toMatch(/^\d+(\.\d+)?$/);
          expect(Number(text)).toBe(value === 0 ? 0 : value);
        },
      ),
    ));

  it.each([NaN, Infinity, -1])('refuses %d', value => {
    expect(() => decimalText(value)).toThrow('as a decimal');
  });
});

import fc from 'fast-check';
import { parseAmount, toPico } from './amounts';

describe('parseAmount', () => {
  it.each([
    ['12.50', 12_500_000_000_000n],
    ['-3', -3_000_000_000_000n],
    ['+0.01', 10_000_000_000n],
    ['1.08E-05', 10_800_000n],
    ['2e3', 2_000_000_000_000_000n],
    ['0', 0n],
    ['0.0000000000005', 0n], // half a pico-dollar, to even
    ['0.0000000000015', 2n],
  ])('reads %s exactly', (text, pico) => {
    const amount = parseAmount(text);
    expect(amount && toPico([amount])).toBe(pico);
  });

  it.each(['', '1,000.00', '$5', '1.2.3', 'NaN', '1e999', '0x10', '(5.00)'])(
    'does not take "%s" for a number',
    text => expect(parseAmount(text)).toBeUndefined(),
  );
});

it('rounds a sum once, however many parts it has', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.nat(20))),
      parts => {
        const amounts = parts.map(([units, decimals]) => ({ units, decimals }));
        const exact = amounts.reduce(
          (sum, { units, decimals }) =>
            sum + units * 10n ** BigInt(20 - decimals),
          0n,
        );
        const error = toPico(amounts) * 10n ** 8n - exact;
        expect(error * 2n).toBeLessThanOrEqual(10n ** 8n);
        expect(error * 2n).toBeGreaterThanOrEqual(-(10n ** 8n));
      },
    ),
  );
});

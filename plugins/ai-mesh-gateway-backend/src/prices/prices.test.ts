import { parseRate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { GatewayError } from '../errors';
import { totalOf, usageLines } from './usageLines';
import { worstCase } from './worstCase';

const RATES = {
  input: parseRate('0.0000025'),
  cachedInput: parseRate('0.00000125'),
  output: parseRate('0.00001'),
};

describe('worstCase', () => {
  it('is never below the bill, for any usage within its bounds', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const rate = fc
      .bigInt({ min: 0n, max: 10_000_000_000_000_000n })
      .map(units => units as typeof RATES.input);
    fc.assert(
      fc.property(
        fc.record({ input: rate, cachedInput: rate, output: rate }),
        count,
        count,
        count,
        (rates, promptTokens, cached, completionTokens) => {
          const cachedTokens = Math.min(cached, promptTokens);
          const usage = { promptTokens, cachedTokens, completionTokens };
          const bill = totalOf(usageLines(rates, usage));
          const held = worstCase(rates, {
            input: promptTokens,
            output: completionTokens,
          });
          expect(bill <= held).toBe(true);
        },
      ),
    );
  });

  it.each([
    [{ ...RATES, input: undefined }, 1],
    [{ ...RATES, output: undefined }, 1],
  ])('refuses a class without a price: %#', (rates, output) => {
    expect(() => worstCase(rates, { input: 1, output })).toThrow(GatewayError);
  });
});

describe('usageLines', () => {
  it('splits the prompt into classes that sum to it', () => {
    const usage = { promptTokens: 10, cachedTokens: 4, completionTokens: 3 };
    expect(usageLines(RATES, usage)).toEqual([
      { tokenClass: 'input', tokens: 6n, costPicoUsd: 15_000_000n },
      { tokenClass: 'cached-input', tokens: 4n, costPicoUsd: 5_000_000n },
      { tokenClass: 'output', tokens: 3n, costPicoUsd: 30_000_000n },
    ]);
  });

  it('charges a cached token like any other when it has no price of its own', () => {
    const usage = { promptTokens: 4, cachedTokens: 4, completionTokens: 0 };
    const lines = usageLines({ ...RATES, cachedInput: undefined }, usage);
    expect(totalOf(lines)).toBe(10_000_000n);
  });
});

import {
  parseRate,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { GatewayError } from '../errors';
import { usageOf } from '../protocols';
import { totalOf, usageLines } from './usageLines';
import { worstCase } from './worstCase';

const RATES = {
  input: parseRate('0.0000025'),
  'cached-input': parseRate('0.00000125'),
  output: parseRate('0.00001'),
};

const count = fc.integer({ min: 0, max: 1_000_000 });
const rate = fc
  .bigInt({ min: 0n, max: 10_000_000_000_000_000n })
  .map(units => units as Rate);
const usages = fc
  .record({
    inputTokens: count,
    cachedTokens: count,
    cacheWriteTokens: count,
    audioInputTokens: count,
    outputTokens: count,
    audioOutputTokens: count,
    images: count,
    characters: count,
  })
  .map(usageOf);

describe('worstCase', () => {
  it('is never below the bill, for any usage within its bounds', () => {
    const rates = fc.record(
      {
        input: rate,
        'cached-input': rate,
        'cache-write': rate,
        'audio-input': rate,
        output: rate,
        'audio-output': rate,
      },
      { requiredKeys: ['input', 'output'] },
    );
    fc.assert(
      fc.property(rates, usages, (priced, usage) => {
        const bill = totalOf(usageLines(priced, usage));
        const held = worstCase(priced, {
          input: usage.inputTokens,
          output: usage.outputTokens,
          pieces: 0,
        });
        expect(bill <= held).toBe(true);
      }),
    );
  });

  it.each(['image', 'character'] as const)(
    'is never below the bill of what is charged by the %s',
    piece => {
      fc.assert(
        fc.property(rate, usages, (pieceRate, usage) => {
          const rates = { [piece]: pieceRate };
          const pieces = piece === 'image' ? usage.images : usage.characters;
          const bill = totalOf(usageLines(rates, usage));
          const held = worstCase(rates, { input: 0, output: 0, pieces });
          expect(bill <= held).toBe(true);
          expect(held - bill).toBeLessThanOrEqual(1n); // rounded up, not half even
        }),
      );
    },
  );

  it.each([
    [{ ...RATES, input: undefined }],
    [{ ...RATES, output: undefined }],
  ])('refuses a class without a price: %#', rates => {
    const units = { input: 1, output: 1, pieces: 1 };
    expect(() => worstCase(rates, units)).toThrow(GatewayError);
  });
});

describe('usageLines', () => {
  it('splits the prompt into classes that sum to it', () => {
    const usage = usageOf({
      inputTokens: 10,
      cachedTokens: 4,
      outputTokens: 3,
    });
    expect(usageLines(RATES, usage)).toEqual([
      { tokenClass: 'input', tokens: 6n, costPicoUsd: 15_000_000n },
      { tokenClass: 'cached-input', tokens: 4n, costPicoUsd: 5_000_000n },
      { tokenClass: 'output', tokens: 3n, costPicoUsd: 30_000_000n },
    ]);
  });

  it('charges a cached token like any other when it has no price of its own', () => {
    const usage = usageOf({ inputTokens: 4, cachedTokens: 4 });
    const lines = usageLines({ ...RATES, 'cached-input': undefined }, usage);
    expect(totalOf(lines)).toBe(10_000_000n);
  });

  it('has every token of a provider in exactly one line', () => {
    fc.assert(
      fc.property(usages, usage => {
        const lines = usageLines(RATES, usage);
        const sum = (classes: TokenClass[]) =>
          lines
            .filter(({ tokenClass }) => classes.includes(tokenClass))
            .reduce((total, { tokens }) => total + Number(tokens), 0);
        expect(
          sum(['input', 'cached-input', 'cache-write', 'audio-input']),
        ).toBe(usage.inputTokens);
        expect(sum(['output', 'audio-output'])).toBe(usage.outputTokens);
      }),
    );
  });
});

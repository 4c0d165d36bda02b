import {
  SnapshotInput,
  TokenClass,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { GatewayError } from '../errors';
import { ReportedTier } from '../protocols';
import { usageOf } from '../protocols';
import { pricesOf } from './__testUtils__/prices';
import { TOKEN_CLASSES } from './tokenClasses';
import { billOf, totalOf } from './usageLines';
import { CallBounds, worstCase } from './worstCase';

type TargetInput = SnapshotInput['models'][number]['targets'][number];
type Rates = TargetInput['rates'];

const SOLD = ['priority', 'flex', 'batch', 'provisioned'] as const;
const count = fc.integer({ min: 0, max: 1_000_000 });
/** USD a unit, up to a cent. */
const rate = fc
  .bigInt({ min: 0n, max: 10_000_000_000_000_000n })
  .map(units => `0.${units.toString().padStart(18, '0')}`);
/** Any price list, however little it knows; input and output at least. */
const rates: fc.Arbitrary<Rates> = fc
  .subarray(TOKEN_CLASSES as TokenClass[])
  .chain(classes =>
    fc.record(
      Object.fromEntries(
        [...new Set([...classes, 'input', 'output'])].map(each => [each, rate]),
      ),
    ),
  );
/** A list that may lack what the plain one has. */
const partRates: fc.Arbitrary<Rates> = fc
  .subarray(TOKEN_CLASSES as TokenClass[])
  .chain(classes =>
    fc.record(Object.fromEntries(classes.map(each => [each, rate]))),
  );
const longContext = fc.array(
  fc.record({
    aboveInputTokens: fc.integer({ min: 1, max: 1_000_000 }),
    rates: partRates,
  }),
  { maxLength: 3 },
);
const price = fc.record({
  priceVersionId: fc.constantFrom('other', 'another'),
  rates: partRates,
  longContext,
});
const target = fc.record({
  rates,
  longContext,
  serviceTiers: fc.record(Object.fromEntries(SOLD.map(tier => [tier, price])), {
    requiredKeys: [],
  }),
  tier: fc.constantFrom<'standard' | 'provisioned'>('standard', 'provisioned'),
});
const reportedTier = fc.option(
  fc.constantFrom<ReportedTier>('standard', ...SOLD, 'unknown'),
  { nil: undefined },
);
const usages = fc
  .record({
    inputTokens: count,
    cachedTokens: count,
    cacheWriteTokens: count,
    cacheWriteHourTokens: count,
    audioInputTokens: count,
    imageInputTokens: count,
    outputTokens: count,
    reasoningTokens: count,
    audioOutputTokens: count,
    imageOutputTokens: count,
    toolCalls: fc.nat({ max: 40 }),
  })
  .map(usageOf);

/** The least bounds that a usage keeps to, with some room. */
function boundsOf(
  usage: ReturnType<typeof usageOf>,
  room: number,
  serviceTier?: CallBounds['serviceTier'],
): CallBounds {
  return {
    input: usage.inputTokens + room,
    output: usage.outputTokens + room,
    pieces: 0,
    toolCalls: usage.toolCalls,
    serviceTier,
    cachesForHour: usage.cacheWriteHourTokens > 0,
  };
}

describe('worstCase', () => {
  it('is never below the bill: whatever the price knows, in any tier, at any length', () => {
    fc.assert(
      fc.property(
        target,
        usages,
        reportedTier,
        fc.nat({ max: 400_000 }),
        (sold, usage, serviceTier, room) => {
          const prices = pricesOf(sold);
          const { lines } = billOf(prices, { ...usage, serviceTier });
          const held = worstCase(prices, boundsOf(usage, room));
          expect(totalOf(lines) <= held).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is never below the bill of a call that names its tier, and gets that or the plain one', () => {
    fc.assert(
      fc.property(
        target,
        usages,
        fc.constantFrom<'standard' | (typeof SOLD)[number]>(
          'standard',
          ...SOLD,
        ),
        fc.boolean(),
        (sold, usage, asked, isGranted) => {
          const prices = pricesOf(sold);
          const serviceTier = isGranted ? asked : 'standard';
          const { lines } = billOf(prices, { ...usage, serviceTier });
          const held = worstCase(prices, boundsOf(usage, 0, asked));
          expect(totalOf(lines) <= held).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each(['image', 'character'] as const)(
    'is never below the bill of what is charged by the %s, and hardly above',
    piece => {
      fc.assert(
        fc.property(rate, count, (pieceRate, pieces) => {
          const prices = pricesOf({ rates: { [piece]: pieceRate } });
          const counts =
            piece === 'image' ? { images: pieces } : { characters: pieces };
          const bill = totalOf(billOf(prices, usageOf(counts)).lines);
          const held = worstCase(prices, { input: 0, output: 0, pieces });
          expect(bill <= held).toBe(true);
          expect(held - bill).toBeLessThanOrEqual(1n); // rounded up, not half even
        }),
      );
    },
  );

  it('narrows to the tier that is asked for, as far as the provider is bound to it', () => {
    const prices = pricesOf({
      rates: { input: '0.000001', output: '0.000001' },
      serviceTiers: {
        priority: {
          priceVersionId: 'fast',
          rates: { input: '0.000003', output: '0.000003' },
        },
        flex: {
          priceVersionId: 'slow',
          rates: { input: '0.0000005', output: '0.0000005' },
        },
      },
    });
    const held = (serviceTier?: CallBounds['serviceTier']) =>
      worstCase(prices, { input: 1, output: 0, pieces: 0, serviceTier }) /
      1_000_000n;
    expect(held()).toBe(3n);
    expect(held('priority')).toBe(3n);
    expect(held('standard')).toBe(1n);
    expect(held('flex')).toBe(1n); // it may be served as standard
    expect(held('batch')).toBe(3n); // is not sold: booked at the dearest that is known
  });

  it('holds for the lengths that the prompt can reach, and for no longer ones', () => {
    const prices = pricesOf({
      rates: { input: '0.000001', output: '0' },
      longContext: [
        {
          aboveInputTokens: 200,
          rates: { input: '0.000002', output: '0.000003' },
        },
      ],
    });
    const held = (input: number) =>
      worstCase(prices, { input, output: 100, pieces: 0 });
    const rounding = held(0);
    expect(held(200) - rounding).toBe(200_000_000n);
    expect(held(201) - rounding).toBe(201n * 2_000_000n + 300_000_000n);
  });

  it('counts on twice the input only where something is kept for an hour', () => {
    const prices = pricesOf({ rates: { input: '0.000001', output: '0' } });
    const bounds = { input: 1_000_000, output: 0, pieces: 0 };
    const plain = worstCase(prices, bounds);
    const forHour = worstCase(prices, { ...bounds, cachesForHour: true });
    expect(forHour - plain).toBe(1_000_000_000_000n);
  });

  it.each([
    [{ output: '0.000001' }],
    [{ input: '0.000001' }],
    [{ 'audio-input': '0.000001', output: '0.000001' }],
  ])('refuses a class without a price: %j', priced => {
    const bounds = { input: 1, output: 1, pieces: 1 };
    expect(() => worstCase(pricesOf({ rates: priced }), bounds)).toThrow(
      GatewayError,
    );
  });

  it('refuses it, too, where only a dearer tier has the price', () => {
    const prices = pricesOf({
      rates: { input: '0.000001' },
      serviceTiers: {
        priority: {
          priceVersionId: 'fast',
          rates: { input: '0.000003', output: '0.000003' },
        },
      },
    });
    expect(() => worstCase(prices, { input: 1, output: 1, pieces: 0 })).toThrow(
      GatewayError,
    );
  });
});

it('has every class of a call in exactly one list', () => {
  const pieces = ['image', 'audio-second', 'character'];
  expect([...TOKEN_CLASSES, ...pieces].sort()).toEqual(
    [...tokenClassSchema.options].sort(),
  );
});

import { TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { usageOf } from '../protocols';
import { pricesOf } from './__testUtils__/prices';
import { billOf, isChargeable, totalOf, UsageLine } from './usageLines';

const count = fc.integer({ min: 0, max: 1_000_000 });
const RATES = {
  input: '0.0000025',
  'cached-input': '0.00000125',
  output: '0.00001',
};

const costs = (lines: readonly UsageLine[]) =>
  lines.map(each => [each.tokenClass, each.tokens, each.costPicoUsd]);

describe('billOf', () => {
  it('splits the prompt into classes that sum to it', () => {
    const usage = usageOf({
      inputTokens: 10,
      cachedTokens: 4,
      outputTokens: 3,
    });
    const bill = billOf(pricesOf({ rates: RATES }), usage);
    expect(costs(bill.lines)).toEqual([
      ['input', 6n, 15_000_000n],
      ['cached-input', 4n, 5_000_000n],
      ['output', 3n, 30_000_000n],
    ]);
    expect(bill).toMatchObject({ serviceTier: 'standard', oddities: [] });
  });

  it('has every token of a provider in exactly one line', () => {
    const usages = fc
      .record({
        inputTokens: count,
        cachedTokens: count,
        cacheWriteTokens: count,
        cacheWriteHourTokens: count,
        audioInputTokens: count,
        imageInputTokens: count,
        embeddingTokens: count,
        outputTokens: count,
        reasoningTokens: count,
        audioOutputTokens: count,
        imageOutputTokens: count,
      })
      .map(usageOf);
    const OUTPUT = ['output', 'reasoning', 'audio-output', 'image-output'];
    fc.assert(
      fc.property(usages, usage => {
        const { lines } = billOf(pricesOf({ rates: RATES }), usage);
        const isOutput = ({ tokenClass }: UsageLine) =>
          OUTPUT.includes(tokenClass);
        const sum = (some: UsageLine[]) =>
          some.reduce((total, { tokens }) => total + Number(tokens), 0);
        expect(sum(lines.filter(isOutput))).toBe(usage.outputTokens);
        expect(sum(lines.filter(each => !isOutput(each)))).toBe(
          usage.inputTokens,
        );
      }),
    );
  });

  // a class without a rate of its own, what it costs beside an input of 2.5 and an output of 10, and whether that is told
  it.each<[TokenClass, Parameters<typeof usageOf>[0], bigint, boolean]>([
    ['cached-input', { inputTokens: 4, cachedTokens: 4 }, 10n, false],
    ['cache-write', { inputTokens: 4, cacheWriteTokens: 4 }, 10n, true],
    [
      'cache-write-hour',
      { inputTokens: 4, cacheWriteTokens: 4, cacheWriteHourTokens: 4 },
      20n,
      false,
    ],
    ['audio-input', { inputTokens: 4, audioInputTokens: 4 }, 10n, true],
    ['image-input', { inputTokens: 4, imageInputTokens: 4 }, 10n, false],
    ['embedding', { inputTokens: 4, embeddingTokens: 4 }, 10n, false],
    ['reasoning', { outputTokens: 4, reasoningTokens: 4 }, 40n, false],
    ['audio-output', { outputTokens: 4, audioOutputTokens: 4 }, 40n, true],
    ['image-output', { outputTokens: 4, imageOutputTokens: 4 }, 40n, false],
  ])('%s without a rate', (tokenClass, counts, micros, isTold) => {
    const rates = { input: '0.0000025', output: '0.00001' };
    const bill = billOf(pricesOf({ rates }), usageOf(counts));
    expect(costs(bill.lines)).toEqual([[tokenClass, 4n, micros * 1_000_000n]]);
    expect(bill.oddities).toEqual(isTold ? ['unpriced-class'] : []);
  });

  it('takes the dearest of a side where a stand-in may be too cheap', () => {
    const rates = {
      ...RATES,
      'cache-write': '0.000003',
      'audio-output': '0.00008',
    };
    const usage = usageOf({ inputTokens: 1, audioInputTokens: 1 });
    const { lines } = billOf(pricesOf({ rates }), usage);
    expect(totalOf(lines)).toBe(3_000_000n);
  });

  it('tells of pictures in a prompt only where they are drawn: chats bill them as text', () => {
    const usage = usageOf({ inputTokens: 4, imageInputTokens: 4 });
    const image = pricesOf({ rates: RATES }, 'image');
    expect(billOf(image, usage).oddities).toEqual(['unpriced-class']);
  });

  it('charges uses of tools where they have a rate, and tells of them where not', () => {
    const usage = usageOf({ inputTokens: 1, toolCalls: 3 });
    const priced = pricesOf({ rates: { ...RATES, 'tool-call': '0.025' } });
    expect(costs(billOf(priced, usage).lines)).toEqual([
      ['input', 1n, 2_500_000n],
      ['tool-call', 3n, 75_000_000_000n],
    ]);
    expect(billOf(priced, usage).oddities).toEqual([]);
    const free = billOf(pricesOf({ rates: RATES }), usage);
    expect(costs(free.lines)).toEqual([['input', 1n, 2_500_000n]]);
    expect(free.oddities).toEqual(['unpriced-class']);
  });

  describe('in tiers', () => {
    const prices = pricesOf({
      rates: RATES,
      longContext: [
        {
          aboveInputTokens: 200,
          rates: { input: '0.000005', output: '0.000015' },
        },
      ],
      serviceTiers: {
        priority: {
          priceVersionId: 'fast',
          rates: {
            input: '0.000004',
            'cached-input': '0.000002',
            output: '0.00002',
          },
        },
      },
    });
    const usage = (
      serviceTier: 'priority' | 'flex' | 'unknown' | undefined,
    ) => ({
      ...usageOf({ inputTokens: 10, cachedTokens: 4, outputTokens: 1 }),
      serviceTier,
    });

    it('takes the price of the tier that is reported, and its version', () => {
      const bill = billOf(prices, usage('priority'));
      expect(costs(bill.lines)).toEqual([
        ['input', 6n, 24_000_000n],
        ['cached-input', 4n, 8_000_000n],
        ['output', 1n, 20_000_000n],
      ]);
      expect(bill.lines.map(each => each.priceVersionId)).toEqual(
        Array(3).fill('fast'),
      );
      expect(bill).toMatchObject({ serviceTier: 'priority', oddities: [] });
    });

    it.each([
      ['flex', 'flex'],
      ['unknown', 'standard'],
    ] as const)(
      'books a tier without a price at the dearest of the target, and tells: %s',
      (reported, serviceTier) => {
        const bill = billOf(prices, usage(reported));
        expect(costs(bill.lines)).toEqual([
          ['input', 6n, 24_000_000n],
          ['cached-input', 4n, 8_000_000n],
          ['output', 1n, 20_000_000n],
        ]);
        expect(bill).toMatchObject({
          serviceTier,
          oddities: ['unpriced-class'],
        });
      },
    );

    it('re-prices all of a long request, at the same version', () => {
      const long = usageOf({
        inputTokens: 201,
        cachedTokens: 1,
        outputTokens: 1,
      });
      const bill = billOf(prices, long);
      expect(costs(bill.lines)).toEqual([
        ['input', 200n, 1_000_000_000n],
        ['cached-input', 1n, 5_000_000n], // the long list names none
        ['output', 1n, 15_000_000n],
      ]);
      const short = usageOf({ ...long, inputTokens: 200 });
      expect(totalOf(billOf(prices, short).lines)).toBe(
        199n * 2_500_000n + 1_250_000n + 10_000_000n,
      );
    });

    it('is what a target is paid for by the hour, when the provider says nothing else', () => {
      const paid = pricesOf({ rates: RATES, tier: 'provisioned' });
      for (const reported of [undefined, 'standard'] as const) {
        const bill = billOf(paid, {
          ...usage(undefined),
          serviceTier: reported,
        });
        expect(bill).toMatchObject({
          serviceTier: 'provisioned',
          oddities: [],
        });
      }
    });
  });
});

it('refuses a price per million that was typed as one per token', () => {
  // BerriAI/litellm#20615: it locked a user out
  expect(() => pricesOf({ rates: { input: '2.50', output: '10' } })).toThrow(
    'was a price per million tokens typed as a price per token?',
  );
});

describe('isChargeable', () => {
  it('takes a count of nothing for none', () => {
    const tokens = pricesOf({ rates: RATES });
    const images = pricesOf({ rates: { image: '0.04' } }, 'image');
    expect(isChargeable(tokens, usageOf({}))).toBe(false);
    expect(isChargeable(tokens, usageOf({ outputTokens: 1 }))).toBe(true);
    expect(isChargeable(images, usageOf({ outputTokens: 1 }))).toBe(false);
    expect(isChargeable(images, usageOf({ images: 1 }))).toBe(true);
  });
});

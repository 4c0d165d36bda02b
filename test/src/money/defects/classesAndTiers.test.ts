import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Bills, costOf, modelOf, tokensOf } from './__testUtils__/Bills';

/** USD a token, of USD a million tokens. */
const perMillion = (usd: string) => {
  const [whole, fraction = ''] = usd.split('.');
  const digits = (whole + fraction).padStart(fraction.length + 7, '0');
  const at = digits.length - fraction.length - 6;
  return `${digits.slice(0, at)}.${digits.slice(at)}`;
};
const rates = (input: string, cached: string, output: string) => ({
  input: perMillion(input),
  'cached-input': perMillion(cached),
  output: perMillion(output),
});
/** The usage object of a chat. */
const counted = (input: number, cached: number, output: number) => ({
  wrongUsage: {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  },
});

// The price lists of the issues. What is expected is worked out by hand from the provider's own formula.
const MODELS = [
  modelOf('gemini', { rates: rates('1.25', '0.625', '10') }),
  modelOf('sonnet', {
    rates: rates('3', '0.3', '15'),
    longContext: [
      { aboveInputTokens: 200_000, rates: rates('6', '0.6', '22.5') },
    ],
  }),
  modelOf('gpt', {
    rates: rates('2.5', '0.25', '15'),
    longContext: [
      { aboveInputTokens: 272_000, rates: rates('5', '0.5', '22.5') },
    ],
    serviceTiers: {
      batch: {
        priceVersionId: 'price-batch',
        rates: rates('1.25', '0.125', '7.5'),
        longContext: [
          { aboveInputTokens: 272_000, rates: rates('2.5', '0.25', '11.25') },
        ],
      },
      priority: {
        priceVersionId: 'price-priority',
        rates: rates('5', '0.5', '30'),
      },
    },
  }),
];

describe('a defect of a peer that is none here', () => {
  let bills: Bills;

  beforeAll(async () => {
    bills = await Bills.start(MODELS);
  });
  afterAll(() => bills.stop());

  it('cached tokens are charged once: $0.1849, not $0.7642 (BerriAI/litellm#14849)', async () => {
    const record = await bills.chat('gemini', counted(262_960, 257_955, 1_744));
    expect(tokensOf(record)).toEqual({
      input: 5_005,
      'cached-input': 257_955,
      output: 1_744,
    });
    expect(costOf(record)).toBe(parseUsd('0.184918125'));
    expect(record.oddities).toEqual([]);
  });

  // BerriAI/litellm#30135, #16377, comet-ml/opik#6982: ignored, or half-priced
  it.each([
    [200_000, 0, 1_000, '0.615'],
    [200_001, 0, 1_000, '1.222506'],
    // what is read from a cache counts towards the length
    [200_001, 200_000, 1_000, '0.142506'],
  ])(
    'beyond its threshold a request of %i tokens, %i of them cached, costs more',
    async (input, cached, output, usd) => {
      const record = await bills.chat('sonnet', counted(input, cached, output));
      expect(costOf(record)).toBe(parseUsd(usd));
    },
  );

  it('all tokens of a long request cost more, not only those above (ding113/claude-code-hub#869)', async () => {
    const record = await bills.chat('sonnet', counted(300_000, 0, 1_000));
    const marginal = parseUsd('1.2'); // 200,000 at the plain rate, 100,000 at the long one
    expect(costOf(record) - parseUsd('0.0225')).toBe(parseUsd('1.8'));
    expect(costOf(record)).toBeGreaterThan(marginal);
  });

  it('a long batch costs what long batches do, and its version is told (BerriAI/litellm#39861)', async () => {
    const record = await bills.chat('gpt', {
      ...counted(300_000, 0, 1_000),
      serviceTier: 'batch',
    });
    expect(costOf(record)).toBe(parseUsd('0.76125'));
    expect(record.serviceTier).toBe('batch');
    expect(record.lines.map(each => each.priceVersionId)).toEqual([
      'price-batch',
      'price-batch',
    ]);
  });

  it('cached tokens of a batch cost half of what they do, not 2.5 times as much (BerriAI/litellm#38341)', async () => {
    const record = await bills.chat('gpt', {
      ...counted(100_000, 80_000, 1_000),
      serviceTier: 'batch',
    });
    expect(costOf(record)).toBe(parseUsd('0.0425'));
  });

  it.each([
    ['default', '0.252745', 'standard', []],
    ['priority', '0.50549', 'priority', []],
    // a tier without a price: the dearest that the target knows of each class; and it is told
    ['flex', '0.50549', 'flex', ['unpriced-class']],
    ['never heard of', '0.50549', 'standard', ['unpriced-class']],
  ])(
    'is booked as what the provider says that it bills: %s',
    async (word, usd, serviceTier, oddities) => {
      const record = await bills.chat('gpt', {
        ...counted(100_000, 1_000, 333),
        serviceTier: word,
      });
      expect(record).toMatchObject({ serviceTier, oddities });
      expect(costOf(record)).toBe(parseUsd(usd));
    },
  );
});

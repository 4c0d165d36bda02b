import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  Bills,
  BilledCall,
  costOf,
  Directives,
  modelOf,
  tokensOf,
} from './__testUtils__/Bills';

const RATES = {
  input: '0.000001',
  'cached-input': '0.0000005',
  output: '0.00001',
};
const QUESTION = 'Where is my parcel?';
const MAX_TOKENS = 40;
const HEADERS_TIMEOUT_MS = 400;

/** Usage objects with counts that cannot be, by what they are merged over. */
const IMPOSSIBLE: Array<Record<string, unknown>> = [
  { prompt_tokens: -5 },
  { prompt_tokens: 1.5 },
  { completion_tokens: 1e18 },
  { completion_tokens: null },
  { prompt_tokens: '12' },
  { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
];
/** Counts that contradict each other: what can be is booked. */
const CONTRADICTING: Array<Record<string, unknown>> = [
  { prompt_tokens_details: { cached_tokens: 1_000_000 } },
  { prompt_tokens_details: { cached_tokens: -1 } },
  { completion_tokens_details: { reasoning_tokens: 1_000_000 } },
  { total_tokens: 1 },
  { total_tokens: 1.5 },
];

const both = (directives: Directives): BilledCall[] =>
  [false, true].map(stream => ({
    path: '/v1/chat/completions',
    body: {
      model: 'gpt',
      messages: [{ role: 'user', content: QUESTION }],
      max_tokens: MAX_TOKENS,
      stream,
    },
    directives,
  }));

describe('no answer is free, and none is lost', () => {
  let bills: Bills;

  beforeAll(async () => {
    bills = await Bills.start(
      [
        modelOf('gpt', { rates: RATES }),
        modelOf(
          'vectors',
          { rates: { input: '0.000001' } },
          { kind: 'embedding' },
        ),
        modelOf('dall-e-3', { rates: { image: '0.04' } }, { kind: 'image' }),
        modelOf('gpt-image-1', { rates: { image: '0.04' } }, { kind: 'image' }),
      ],
      { headersTimeoutMs: HEADERS_TIMEOUT_MS },
    );
  });
  afterAll(() => bills.stop());

  // BerriAI/litellm#37923, #40100: $45.38 became $0; #36426: the row was dropped
  it('a count that cannot be is estimated and told, streamed or not', async () => {
    const calls = IMPOSSIBLE.flatMap(wrongUsage => both({ wrongUsage }));
    for (const { status, records } of await bills.billAll(calls)) {
      expect(status).toBe(200);
      expect(records).toMatchObject([
        { estimated: true, oddities: ['usage-mismatch'] },
      ]);
      expect(tokensOf(records[0]).input).toBeGreaterThan(0);
      expect(tokensOf(records[0]).output).toBeGreaterThan(0);
    }
  });

  it('counts that contradict each other are booked as far as they can be, and told', async () => {
    const calls = CONTRADICTING.flatMap(wrongUsage => both({ wrongUsage }));
    const plain = await bills.billAll(both({}));
    const totalOf = ([record]: (typeof plain)[0]['records']) =>
      record.lines.reduce((sum, each) => sum + each.tokens, 0n);
    for (const { records } of await bills.billAll(calls)) {
      expect(records).toMatchObject([
        { estimated: false, oddities: ['usage-mismatch'] },
      ]);
      expect(costOf(records[0])).toBeGreaterThan(0n);
      expect(totalOf(records)).toBe(totalOf(plain[0].records));
    }
  });

  it('an answer without a count is estimated: all that was allowed, or all that was seen', async () => {
    const [whole, streamed] = await bills.billAll(both({ fault: 'no-usage' }));
    expect(whole.records).toMatchObject([{ estimated: true, oddities: [] }]);
    expect(tokensOf(whole.records[0]).output).toBe(MAX_TOKENS);
    expect(streamed.records).toMatchObject([{ estimated: true }]);
    expect(tokensOf(streamed.records[0]).output).toBeGreaterThan(10);
  });

  it('an embedding without a count is estimated, too', async () => {
    const { records } = await bills.bill(
      '/v1/embeddings',
      { model: 'vectors', input: QUESTION },
      { wrongUsage: { prompt_tokens: -1 } },
    );
    expect(records).toMatchObject([
      {
        estimated: true,
        oddities: ['usage-mismatch'],
        lines: [{ tokenClass: 'embedding' }],
      },
    ]);
    expect(costOf(records[0])).toBeGreaterThan(0n);
  });

  it.each(['dall-e-3', 'gpt-image-1'])(
    'pictures that are charged apiece are, whether the provider counts their tokens or not: %s',
    async model => {
      const { records } = await bills.bill('/v1/images/generations', {
        model,
        prompt: 'A parcel',
        n: 2,
      });
      expect(records).toMatchObject([{ estimated: false }]);
      expect(costOf(records[0])).toBe(parseUsd('0.08'));
    },
  );

  it('what timed out is booked as all that it may have done: nobody saw how far it came', async () => {
    const calls = both({ fault: 'hang' });
    for (const { status, records } of await bills.billAll(calls)) {
      expect(status).toBe(504);
      expect(records).toMatchObject([{ estimated: true }]);
      expect(tokensOf(records[0]).output).toBe(MAX_TOKENS);
    }
  });
});

describe('what costs nothing is not booked', () => {
  let bills: Bills;

  beforeAll(async () => {
    bills = await Bills.start([modelOf('gpt', { rates: RATES })]);
  });
  // fails when a hold was not given back
  afterAll(() => bills.stop());

  it.each(['rate-limit', 'overloaded', 'error;status=500'])(
    'a refusal of the provider: %s',
    async fault => {
      for (const { status, records } of await bills.billAll(both({ fault }))) {
        expect(status).toBeGreaterThanOrEqual(429);
        expect(records).toEqual([]);
      }
    },
  );

  it("but a prompt that Azure's filter has read is, as an estimate", async () => {
    const calls = both({ fault: 'content-filter' });
    for (const { status, records } of await bills.billAll(calls)) {
      expect(status).toBe(400);
      expect(records).toMatchObject([
        { estimated: true, lines: [{ tokenClass: 'input' }] },
      ]);
      const bytes = JSON.stringify(calls[0].body).length;
      expect(tokensOf(records[0]).input).toBeGreaterThanOrEqual(bytes / 4);
    }
  });
});

import { ServiceTier } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  Bills,
  BilledCall,
  costOf,
  Directives,
  modelOf,
} from './__testUtils__/Bills';

const RATES = {
  input: '0.000003',
  'cached-input': '0.0000003',
  'cache-write': '0.00000375',
  'cache-write-hour': '0.000006',
  'audio-input': '0.00004',
  output: '0.000015',
  'audio-output': '0.00008',
  'tool-call': '0.01',
};
const dearer = (factor: number) =>
  Object.fromEntries(
    Object.entries(RATES).map(([name, rate]) => [
      name,
      (factor * Number(rate)).toFixed(9),
    ]),
  );
const PRICED = {
  rates: RATES,
  // a few words are a long prompt here, so that both sides of the threshold are met
  longContext: [{ aboveInputTokens: 12, rates: dearer(2) }],
  serviceTiers: {
    priority: { priceVersionId: 'price-priority', rates: dearer(4) },
  },
};
/** What is found on the web may fill the context: many calls at once must be within the budget. */
const SMALL = { contextTokens: 4_000 };
const MODELS = [
  modelOf('gpt', PRICED, SMALL),
  modelOf('claude', { ...PRICED, provider: 'anthropic' }, SMALL),
];
const QUESTIONS = ['Where?', 'Where is the parcel that was sent to me in May?'];
const messages = (content: string) => ({
  messages: [{ role: 'user', content }],
  max_tokens: 120,
});

/** Every way to a model that can be streamed. */
const WAYS: Record<string, (question: string) => BilledCall> = {
  chat: question => ({
    path: '/v1/chat/completions',
    body: { model: 'gpt', ...messages(question) },
  }),
  completions: question => ({
    path: '/v1/completions',
    body: { model: 'gpt', prompt: question, max_tokens: 120 },
  }),
  responses: question => ({
    path: '/v1/responses',
    body: {
      model: 'gpt',
      input: question,
      max_output_tokens: 120,
      tools: [{ type: 'web_search' }],
    },
  }),
  messages: question => ({
    path: '/v1/messages',
    body: {
      model: 'claude',
      ...messages(question),
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    },
  }),
  'messages to a model that speaks OpenAI': question => ({
    path: '/v1/messages',
    body: { model: 'gpt', ...messages(question) },
  }),
  'chat to a model that speaks Anthropic': question => ({
    path: '/v1/chat/completions',
    body: { model: 'claude', ...messages(question) },
  }),
};

const few = fc.nat({ max: 12 });
const directives: fc.Arbitrary<Directives> = fc.record({
  cachedTokens: few,
  cacheWriteTokens: few,
  cacheWriteHourTokens: few,
  audioPromptTokens: few,
  reasoningTokens: few,
  audioCompletionTokens: few,
  toolCalls: few,
  serviceTier: fc.constantFrom<ServiceTier | 'default' | 'unheard of'>(
    'default',
    'priority',
    'flex',
    'unheard of',
  ),
});

describe('a streamed call and a whole one', () => {
  let bills: Bills;

  beforeAll(async () => {
    bills = await Bills.start(MODELS);
  });
  afterAll(() => bills.stop());

  // BerriAI/litellm#37923: 1,012 of 1,283 streamed calls were booked at nothing
  it.each(Object.entries(WAYS))(
    'cost the same, by class and by tier, whatever the provider counts: %s',
    async (_, callOf) => {
      const cases = fc.array(
        fc.tuple(fc.constantFrom(...QUESTIONS), directives),
        {
          minLength: 20,
          maxLength: 20,
        },
      );
      await fc.assert(
        fc.asyncProperty(cases, async some => {
          const calls = some.flatMap(([question, told]) => {
            const { path, body } = callOf(question);
            return [false, true].map(stream => ({
              path,
              body: { ...body, stream },
              directives: told,
            }));
          });
          const billed = await bills.billAll(calls);
          for (let index = 0; index < billed.length; index += 2) {
            const [[whole], [streamed]] = [
              billed[index].records,
              billed[index + 1].records,
            ];
            expect(whole).toMatchObject({ streamed: false, estimated: false });
            expect(costOf(whole)).toBeGreaterThan(0n);
            const { lines, serviceTier, oddities } = whole;
            expect(streamed).toMatchObject({
              streamed: true,
              estimated: false,
              lines,
              serviceTier,
              oddities,
            });
          }
        }),
        { numRuns: 2, endOnFailure: true },
      );
    },
  );
});

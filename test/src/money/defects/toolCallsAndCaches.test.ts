import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Bills, costOf, modelOf, tokensOf } from './__testUtils__/Bills';

const RATES = {
  input: '0.000003',
  'cached-input': '0.0000003',
  'cache-write': '0.00000375',
  output: '0.000015',
};
const SEARCHING = { ...RATES, 'tool-call': '0.01' };
const SEARCH = { type: 'web_search_20250305', name: 'web_search' };
const MESSAGES = [{ role: 'user', content: 'Where is my parcel?' }];
/** What the gateway allows where the caller says nothing. */
const BOUND = 16;

describe('what is charged beside the tokens', () => {
  let bills: Bills;

  beforeAll(async () => {
    bills = await Bills.start([
      modelOf('gpt', { rates: SEARCHING }),
      modelOf('claude', { rates: SEARCHING, provider: 'anthropic' }),
      modelOf('unpriced', { rates: RATES }),
      modelOf('plain', { rates: RATES, provider: 'anthropic' }),
    ]);
  });
  afterAll(() => bills.stop());

  it('searches of a response are counted, and bounded: what is held covers them', async () => {
    const { records } = await bills.bill(
      '/v1/responses',
      { model: 'gpt', input: 'Where?', tools: [{ type: 'web_search' }] },
      { toolCalls: 1_000 },
    );
    expect(bills.lastRequest().max_tool_calls).toBe(BOUND);
    expect(tokensOf(records[0])['tool-call']).toBe(BOUND);
    expect(costOf(records[0])).toBeGreaterThan(parseUsd('0.16'));
  });

  it("searches of a message are, too, and the caller's own bound holds", async () => {
    const ask = (tools: object[]) =>
      bills.bill(
        '/v1/messages',
        { model: 'claude', messages: MESSAGES, max_tokens: 50, tools },
        { toolCalls: 1_000 },
      );
    const { records } = await ask([SEARCH]);
    expect(bills.lastRequest().tools).toEqual([{ ...SEARCH, max_uses: BOUND }]);
    expect(tokensOf(records[0])['tool-call']).toBe(BOUND);
    const own = await ask([{ ...SEARCH, max_uses: 3 }]);
    expect(tokensOf(own.records[0])['tool-call']).toBe(3);
  });

  it('a request passes unchanged where searches have no price, and they are told', async () => {
    const { records } = await bills.bill(
      '/v1/responses',
      { model: 'unpriced', input: 'Where?', tools: [{ type: 'web_search' }] },
      { toolCalls: 2 },
    );
    expect(bills.lastRequest().max_tool_calls).toBeUndefined();
    expect(records[0].oddities).toEqual(['unpriced-class']);
    expect(tokensOf(records[0])).not.toHaveProperty('tool-call');
  });

  it('an hour in the cache costs twice the input, five minutes what the price says', async () => {
    const { records } = await bills.bill(
      '/v1/messages',
      {
        model: 'plain',
        max_tokens: 50,
        messages: MESSAGES,
        system: [
          {
            type: 'text',
            text: 'You know where parcels are.',
            cache_control: { type: 'ephemeral', ttl: '1h' },
          },
        ],
      },
      { cacheWriteTokens: 5, cacheWriteHourTokens: 3, reasoningTokens: 4 },
    );
    const [record] = records;
    expect(record.oddities).toEqual([]);
    expect(tokensOf(record)).toMatchObject({
      'cache-write': 2,
      'cache-write-hour': 3,
      reasoning: 4,
    });
    const cost = Object.fromEntries(
      record.lines.map(line => [line.tokenClass, line.costPicoUsd]),
    );
    expect(cost['cache-write']).toBe(2n * 3_750_000n);
    expect(cost['cache-write-hour']).toBe(3n * 6_000_000n);
    expect(cost.reasoning).toBe(4n * 15_000_000n);
  });

  it('sound at the rate of text is told, since it is dearer', async () => {
    const record = await bills.chat('unpriced', { audioPromptTokens: 4 });
    expect(record.oddities).toEqual(['unpriced-class']);
    const heard = record.lines.find(each => each.tokenClass === 'audio-input');
    expect(heard?.costPicoUsd).toBe(4n * 3_750_000n); // the dearest of the input that is known
  });
});

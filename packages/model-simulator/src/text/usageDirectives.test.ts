import { startForTest } from '../__testUtils__/startForTest';

const QUESTION = [{ role: 'user', content: 'Where is my parcel?' }];
const ANTHROPIC = { 'anthropic-version': '2023-06-01' };
const ROUTES: Array<[string, Record<string, unknown>, object]> = [
  [
    '/v1/chat/completions',
    { messages: QUESTION, stream_options: { include_usage: true } },
    {
      service_tier: 'priority',
      usage: {
        prompt_tokens_details: { cached_tokens: 2, audio_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 4 },
        told: 'wrong',
      },
    },
  ],
  [
    '/v1/completions',
    { prompt: 'Where is my parcel?', stream_options: { include_usage: true } },
    { service_tier: 'priority', usage: { told: 'wrong' } },
  ],
  [
    '/v1/responses',
    { input: 'Where?', tools: [{ type: 'web_search' }], max_tool_calls: 3 },
    {
      service_tier: 'priority',
      output: [
        { type: 'reasoning' },
        ...Array(3).fill({ type: 'web_search_call' }),
        { type: 'message' },
      ],
      usage: {
        output_tokens_details: { reasoning_tokens: 5 },
        told: 'wrong',
      },
    },
  ],
  [
    '/v1/messages',
    {
      messages: QUESTION,
      max_tokens: 500,
      tools: [{ type: 'web_search_20250305', name: 'search', max_uses: 3 }],
    },
    {
      usage: {
        cache_creation: {
          ephemeral_5m_input_tokens: 1,
          ephemeral_1h_input_tokens: 2,
        },
        output_tokens_details: { thinking_tokens: 5 },
        server_tool_use: { web_search_requests: 3 },
        service_tier: 'priority',
        told: 'wrong',
      },
    },
  ],
];
const DIRECTIVES = {
  simulator_cached_tokens: '2',
  simulator_cache_write_tokens: '3',
  simulator_cache_write_hour_tokens: '2',
  simulator_audio_prompt_tokens: '3',
  simulator_reasoning_tokens: '5',
  simulator_audio_completion_tokens: '4',
  simulator_tool_calls: '9',
  simulator_service_tier: 'priority',
  simulator_wrong_usage: '{"told":"wrong"}',
};

describe('what a caller has an answer count', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  afterAll(() => test.close());

  async function post(path: string, body: object) {
    const answer = await test.send(
      path,
      { model: 'gpt-4o', ...body },
      { headers: ANTHROPIC },
    );
    expect(answer.statusCode).toBe(200);
    return answer.body;
  }

  it.each(ROUTES)('is told by %s', async (path, request, expected) => {
    const { stream_options: _, ...whole } = request;
    const body = { ...whole, max_tokens: 500, metadata: DIRECTIVES };
    expect(await (await post(path, body)).json()).toMatchObject(expected);
  });

  it.each(ROUTES)(
    'is told at the end of a stream by %s',
    async (path, request) => {
      const body = { ...request, max_tokens: 500, metadata: DIRECTIVES };
      const text = await (await post(path, { ...body, stream: true })).text();
      expect(text).toContain('"told":"wrong"');
      expect(text).toContain('"service_tier":"priority"');
    },
  );

  it.each(['simulator_wrong_usage', 'simulator_tool_calls'])(
    'is refused when %s cannot be read',
    async name => {
      const metadata = { [name]: '[1' };
      const body = { model: 'gpt-4o', messages: QUESTION, metadata };
      const answer = await test.send('/v1/chat/completions', body);
      expect(answer.statusCode).toBe(400);
      expect(await answer.body.text()).toContain(name);
    },
  );

  it('reports the tier that is asked for, and none where none is', async () => {
    const tierOf = async (more: object) => {
      const body = { messages: QUESTION, ...more };
      const answer = await (await post('/v1/chat/completions', body)).json();
      return (answer as { service_tier?: string }).service_tier;
    };
    expect(await tierOf({ service_tier: 'flex' })).toBe('flex');
    expect(await tierOf({ service_tier: 'auto' })).toBe('default');
    expect(await tierOf({})).toBeUndefined();
  });
});

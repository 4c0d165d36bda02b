import { readEvents } from '../__testUtils__/readEvents';
import { ask, startForTest } from '../__testUtils__/startForTest';
import { countTokens } from '../tokens/tokenise';

const HEADERS = { 'anthropic-version': '2023-06-01', 'x-api-key': 'a-key' };
const MODEL = 'claude-sonnet-5';
const WEATHER_TOOL = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};

function question(content: unknown, more: Record<string, unknown> = {}) {
  const messages = [{ role: 'user', content }];
  return { model: MODEL, max_tokens: 500, messages, ...more };
}

interface Message {
  content: { type: string; text: string; input: unknown }[];
  stop_reason: string;
  usage: Record<string, number>;
}

describe('POST /v1/messages', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest({ apiKeys: ['a-key', 'test-key'] });
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  async function create(
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Message> {
    const answer = await test.send('/v1/messages', body, {
      headers: { ...HEADERS, ...headers },
    });
    expect(answer.statusCode).toBe(200);
    return (await answer.body.json()) as Message;
  }

  it('answers and counts as chat does; cached tokens are not among the input tokens', async () => {
    const chat = await test.openai.chat.completions.create({
      ...ask('Hello?'),
      model: MODEL,
    });
    const message = await create(question('Hello?'), {
      'x-request-id': 'one',
      'x-simulator-cached-tokens': '4',
      'x-simulator-cache-write-tokens': '3',
    });

    const [{ text }] = message.content;
    expect(text).toBe(chat.choices[0].message.content);
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: MODEL,
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 2,
        cache_read_input_tokens: 4,
        cache_creation_input_tokens: 3,
        output_tokens: countTokens(text),
      },
    });
    expect(test.simulator.usage().requests.at(-1)).toEqual({
      requestId: 'one',
      model: MODEL,
      outcome: 'answered',
      promptTokens: 9,
      cachedTokens: 4,
      cacheWriteTokens: 3,
      completionTokens: countTokens(text),
    });
  });

  it('streams named events in their order, without [DONE]', async () => {
    const whole = await create(question('Hello?'));
    const { body } = await test.send(
      '/v1/messages',
      question('Hello?', { stream: true }),
      { headers: HEADERS },
    );
    const text = await body.text();

    const events = readEvents(text);
    const names = events.map(event => event.name);
    const parsed = events.map(event => JSON.parse(event.data));
    const deltas = parsed.filter(event => event.type === 'content_block_delta');
    expect(text).not.toContain('[DONE]');
    expect(parsed.map(event => event.type)).toEqual(names);
    expect(names.filter(name => name !== 'content_block_delta')).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(deltas.map(event => event.delta.text).join('')).toBe(
      whole.content[0].text,
    );
    expect(deltas).toHaveLength(whole.usage.output_tokens);
    expect(parsed[0].message.usage.input_tokens).toBe(9);
    expect(parsed.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: whole.usage.output_tokens },
    });
  });

  it("is understood by Anthropic's own client, whole and streamed", async () => {
    const request = {
      ...question('Weather?'),
      messages: [{ role: 'user' as const, content: 'Weather?' }],
      tools: [
        {
          name: 'get_weather',
          input_schema: {
            type: 'object' as const,
            properties: { city: { type: 'string' } },
          },
        },
      ],
    };
    const whole = await test.anthropic.messages.create(request);
    const streamed = await test.anthropic.messages
      .stream(request)
      .finalMessage();

    expect(streamed.content).toEqual(whole.content);
    expect(streamed.stop_reason).toBe('tool_use');
    expect(streamed.usage).toEqual(whole.usage);
    await expect(
      test.anthropic.messages.create({ ...request, model: 'claude-9' }),
    ).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
  });

  it('uses tools, in parallel when that is allowed, whole and streamed', async () => {
    const request = question('Weather and time?', {
      tools: [WEATHER_TOOL, { ...WEATHER_TOOL, name: 'get_time' }],
      tool_choice: { type: 'any', disable_parallel_tool_use: false },
    });
    const whole = await create(request);
    const { body } = await test.send(
      '/v1/messages',
      { ...request, stream: true },
      { headers: HEADERS },
    );
    const parsed = readEvents(await body.text()).map(event =>
      JSON.parse(event.data),
    );

    expect(whole.stop_reason).toBe('tool_use');
    const id = expect.stringMatching(/^toolu_/);
    expect(whole.content).toMatchObject([
      { type: 'tool_use', name: 'get_weather', id },
      { type: 'tool_use', name: 'get_time', id },
    ]);
    for (const [index, block] of whole.content.entries()) {
      const json = parsed
        .filter(event => event.index === index && event.delta)
        .map(event => event.delta.partial_json)
        .join('');
      expect(JSON.parse(json)).toEqual(block.input);
    }
  });

  it('answers in words once the tool has answered', async () => {
    const { stop_reason: reason } = await create({
      ...question(''),
      tools: [WEATHER_TOOL],
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' },
            { type: 'text', text: 'Well?' },
          ],
        },
      ],
    });

    expect(reason).toBe('end_turn');
  });

  it('takes a system prompt, pictures and fields that it does not know', async () => {
    const picture = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
    };
    const text = { type: 'text', text: 'What is it?' };
    const plain = await create(question([text]));
    const rich = await create(
      question([picture, text], {
        system: [{ type: 'text', text: 'Be brief.' }],
        thinking: { type: 'disabled' },
        top_k: 3,
      }),
    );

    const { input_tokens: plainTokens } = plain.usage;
    expect(rich.usage.input_tokens).toBe(
      plainTokens + 85 + 3 + countTokens('system') + countTokens('Be brief.'),
    );
  });

  it('ends at max_tokens or before a stop sequence, and says which', async () => {
    const cut = await create(question('Hello?', { max_tokens: 5 }));
    const whole = await create(question('Hello?'));
    const stop = ` ${whole.content[0].text.split(' ')[3]}`;
    const stopped = await create(
      question('Hello?', { stop_sequences: [stop] }),
    );

    expect(cut).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 5 },
    });
    expect(stopped).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: stop,
      content: [{ text: whole.content[0].text.split(stop)[0] }],
    });
  });

  it.each([
    [
      'no max_tokens',
      { model: MODEL, messages: [] },
      {},
      400,
      'invalid_request_error',
    ],
    [
      'an unknown model',
      question('Hi', { model: 'claude-9' }),
      {},
      404,
      'not_found_error',
    ],
    [
      'a wrong key',
      question('Hi'),
      { 'x-api-key': 'b-key' },
      401,
      'authentication_error',
    ],
    [
      'a rate limit',
      question('Hi'),
      { 'x-simulator-fault': 'rate-limit' },
      429,
      'rate_limit_error',
    ],
    [
      'overload',
      question('Hi'),
      { 'x-simulator-fault': 'overloaded' },
      529,
      'overloaded_error',
    ],
    [
      'an error',
      question('Hi'),
      { 'x-simulator-fault': 'error' },
      500,
      'api_error',
    ],
    [
      'a long prompt',
      question('Hi'),
      { 'x-simulator-fault': 'context-length' },
      400,
      'invalid_request_error',
    ],
  ])(
    "answers %s in Anthropic's words",
    async (_, body, headers, status, type) => {
      const answer = await test.send('/v1/messages', body, {
        headers: { ...HEADERS, ...headers },
      });
      const content = (await answer.body.json()) as Record<string, unknown>;

      expect(answer.statusCode).toBe(status);
      expect(content).toMatchObject({
        type: 'error',
        error: { type, message: expect.any(String) },
        request_id: answer.headers['request-id'],
      });
    },
  );

  it('asks for the version of the API', async () => {
    const { statusCode, body } = await test.send(
      '/v1/messages',
      question('Hi'),
      {
        headers: { 'x-api-key': 'a-key' },
      },
    );

    expect(statusCode).toBe(400);
    expect(await body.json()).toMatchObject({
      error: { message: 'anthropic-version: header is required' },
    });
  });

  it('refuses half way when its filter strikes', async () => {
    const message = await create(question('Hello?'), {
      'x-simulator-fault': 'content-filter;stage=answer',
    });

    expect(message.stop_reason).toBe('refusal');
  });
});

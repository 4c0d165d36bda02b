import { readEvents } from '../__testUtils__/readEvents';
import { ask, startForTest } from '../__testUtils__/startForTest';
import { countTokens } from '../tokens/tokenise';

const WEATHER_TOOL = {
  type: 'function' as const,
  name: 'get_weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};
const TIME_TOOL = { ...WEATHER_TOOL, name: 'get_time' };

describe('POST /v1/responses', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('answers and counts as chat does, and repeats the settings', async () => {
    const chat = await test.openai.chat.completions.create(ask('Hello?'));
    const response = await test.openai.responses.create(
      { model: 'gpt-4o', input: 'Hello?', temperature: 0.5, store: false },
      {
        headers: {
          'x-request-id': 'one',
          'x-simulator-cached-tokens': '4',
          'x-simulator-reasoning-tokens': '50',
        },
      },
    );

    const textTokens = chat.usage?.completion_tokens ?? NaN;
    expect(response.output_text).toBe(chat.choices[0].message.content);
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      temperature: 0.5,
      store: false,
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: textTokens + 50,
        output_tokens_details: { reasoning_tokens: 50 },
        total_tokens: 9 + textTokens + 50,
      },
    });
    expect(response.output.map(item => item.type)).toEqual([
      'reasoning',
      'message',
    ]);
    expect(test.simulator.usage().requests.at(-1)).toEqual({
      requestId: 'one',
      model: 'gpt-4o',
      outcome: 'answered',
      promptTokens: 9,
      cachedTokens: 4,
      completionTokens: textTokens + 50,
      reasoningTokens: 50,
    });
  });

  it('streams named events in their order, numbered, without [DONE]', async () => {
    const request = {
      model: 'gpt-4o',
      input: 'Hello?',
      max_output_tokens: 500,
    };
    const whole = await test.openai.responses.create(request);
    const { body } = await test.send('/v1/responses', {
      ...request,
      stream: true,
    });
    const text = await body.text();

    const events = readEvents(text);
    const parsed = events.map(event => JSON.parse(event.data));
    const names = events.map(event => event.name);
    const deltas = parsed.filter(
      event => event.type === 'response.output_text.delta',
    );
    expect(text).not.toContain('[DONE]');
    expect(parsed.map(event => event.type)).toEqual(names);
    expect(parsed.map(event => event.sequence_number)).toEqual([
      ...names.keys(),
    ]);
    expect(names.filter(name => name !== 'response.output_text.delta')).toEqual(
      [
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.completed',
      ],
    );
    expect(deltas.map(event => event.delta).join('')).toBe(whole.output_text);
    expect(deltas).toHaveLength(whole.usage?.output_tokens ?? NaN);
    expect(parsed.at(-1).response).toMatchObject({
      status: 'completed',
      usage: whole.usage,
    });
  });

  it('says that it is incomplete when max_output_tokens cuts', async () => {
    const request = { model: 'gpt-4o', input: 'Hello?', max_output_tokens: 16 };
    const whole = await test.openai.responses.create(request);
    const stream = test.openai.responses.stream(request);
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);

    expect(whole).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
      usage: { output_tokens: 16 },
    });
    expect(types.at(-1)).toBe('response.incomplete');
  });

  it('leaves room for reasoning inside max_output_tokens', async () => {
    const { usage } = await test.openai.responses.create(
      { model: 'gpt-4o', input: 'Hello?', max_output_tokens: 150 },
      { headers: { 'x-simulator-reasoning-tokens': '900' } },
    );

    expect(usage?.output_tokens).toBe(150);
  });

  it('calls functions, in parallel when asked, whole and streamed', async () => {
    const request = {
      model: 'gpt-4o',
      input: [{ role: 'user' as const, content: 'Weather and time in Oslo?' }],
      tools: [WEATHER_TOOL, TIME_TOOL],
      parallel_tool_calls: true,
    };
    const whole = await test.openai.responses.create(request);
    const streamed = await test.openai.responses
      .stream(request)
      .finalResponse();

    const calls = whole.output.flatMap(item =>
      item.type === 'function_call' ? item : [],
    );
    expect(calls.map(call => call.name)).toEqual(['get_weather', 'get_time']);
    expect(JSON.parse(calls[0].arguments)).toEqual({
      city: expect.any(String),
    });
    expect(whole.usage?.output_tokens).toBe(
      calls
        .flatMap(call => [call.name, call.arguments])
        .map(countTokens)
        .reduce((sum, count) => sum + count),
    );
    expect(
      streamed.output.flatMap(item =>
        item.type === 'function_call' ? [[item.name, item.arguments]] : [],
      ),
    ).toEqual(calls.map(call => [call.name, call.arguments]));
  });

  it('answers in words once the function has answered', async () => {
    const { output_text: text } = await test.openai.responses.create({
      model: 'gpt-4o',
      tools: [WEATHER_TOOL],
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        {
          type: 'function_call',
          call_id: 'call_1',
          name: 'get_weather',
          arguments: '{}',
        },
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
      ],
    });

    expect(text).not.toBe('');
  });

  it('answers in the format of a schema, with the likelihood of each token', async () => {
    const response = await test.openai.responses.create({
      model: 'gpt-4o',
      input: 'Is it?',
      include: ['message.output_text.logprobs'],
      top_logprobs: 2,
      text: {
        format: {
          type: 'json_schema',
          name: 'verdict',
          schema: { type: 'object', properties: { ok: { type: 'boolean' } } },
        },
      },
    });

    const [item] = response.output;
    const [part] = item.type === 'message' ? item.content : [];
    expect(JSON.parse(response.output_text)).toEqual({
      ok: expect.any(Boolean),
    });
    expect(part).toMatchObject({
      logprobs: expect.arrayContaining([
        expect.objectContaining({ top_logprobs: expect.any(Array) }),
      ]),
    });
  });

  it.each(['/openai/v1/responses', '/openai/responses?api-version=2025-03-01'])(
    'is served at %s',
    async path => {
      const { statusCode, body } = await test.send(path, {
        model: 'gpt-4o',
        input: 'Hello?',
      });

      expect(statusCode).toBe(200);
      await body.dump();
    },
  );

  it('is not served on the path of a deployment', async () => {
    const { statusCode, body } = await test.send(
      '/openai/deployments/gpt-4o/responses?api-version=2025-03-01',
      { input: 'Hello?' },
    );

    expect(statusCode).toBe(404);
    await body.dump();
  });
});

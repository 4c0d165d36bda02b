import { countTokens } from './tokens/tokenise';
import { startModelSimulator } from './startModelSimulator';
import { ask, startForTest } from './__testUtils__/startForTest';

const WEATHER_TOOL = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
      },
      required: ['city', 'unit'],
    },
  },
};

describe('startModelSimulator', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('answers a chat with the tokens it counts', async () => {
    const answer = await test.openai.chat.completions.create(ask('Hello?'));

    const [choice] = answer.choices;
    const text = choice.message.content ?? '';
    expect(choice.finish_reason).toBe('stop');
    expect(answer.model).toBe('gpt-4o');
    expect(answer.usage?.prompt_tokens).toBe(9);
    expect(answer.usage?.completion_tokens).toBe(countTokens(text));
    expect(answer.usage?.total_tokens).toBe(9 + countTokens(text));
  });

  it('streams the very text that it answers whole', async () => {
    const whole = await test.openai.chat.completions.create(ask('Parcel?'));
    const stream = await test.openai.chat.completions.create({
      ...ask('Parcel?'),
      stream: true,
    });

    let text = '';
    const usages: unknown[] = [];
    const reasons: unknown[] = [];
    for await (const chunk of stream) {
      text += chunk.choices[0].delta.content ?? '';
      reasons.push(chunk.choices[0].finish_reason);
      usages.push(chunk.usage);
    }
    expect(text).toBe(whole.choices[0].message.content);
    expect(reasons.filter(Boolean)).toEqual(['stop']);
    expect(usages.every(usage => usage === undefined)).toBe(true);
  });

  it('ends a stream with its usage when asked to, and sends one token an event', async () => {
    const stream = await test.openai.chat.completions.create({
      ...ask('Parcel?'),
      stream: true,
      stream_options: { include_usage: true },
    });

    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const last = chunks.at(-1);
    const deltas = chunks.filter(chunk => chunk.choices[0]?.delta.content);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.completion_tokens).toBe(deltas.length);
    expect(chunks.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true);
  });

  it.each(['max_tokens', 'max_completion_tokens'])(
    'keeps to %s and says that it was cut',
    async name => {
      const answer = await test.openai.chat.completions.create({
        ...ask('Hello?'),
        [name]: 7,
      });

      expect(answer.choices[0].finish_reason).toBe('length');
      expect(answer.usage?.completion_tokens).toBe(7);
      expect(countTokens(answer.choices[0].message.content ?? '')).toBe(7);
    },
  );

  it('gives n different choices and counts all of them', async () => {
    const answer = await test.openai.chat.completions.create({
      ...ask('Hello?'),
      n: 3,
    });

    const texts = answer.choices.map(choice => choice.message.content ?? '');
    expect(new Set(texts).size).toBe(3);
    expect(answer.usage?.completion_tokens).toBe(
      texts.reduce((sum, text) => sum + countTokens(text), 0),
    );

    const stream = await test.openai.chat.completions.create({
      ...ask('Hello?'),
      n: 3,
      stream: true,
    });
    const streamed = ['', '', ''];
    for await (const chunk of stream) {
      for (const { index, delta } of chunk.choices) {
        streamed[index] += delta.content ?? '';
      }
    }
    expect(streamed).toEqual(texts);
  });

  it('calls a tool with arguments that fit its schema, whole and streamed', async () => {
    const request = { ...ask('Weather in Oslo?'), tools: [WEATHER_TOOL] };
    const answer = await test.openai.chat.completions.create(request);

    const [call] = answer.choices[0].message.tool_calls ?? [];
    if (call.type !== 'function') throw new Error('no function was called');
    expect(answer.choices[0].finish_reason).toBe('tool_calls');
    expect(call.function.name).toBe('get_weather');
    expect(JSON.parse(call.function.arguments)).toEqual({
      city: expect.any(String),
      unit: expect.stringMatching(/^(celsius|fahrenheit)$/),
    });
    expect(answer.usage?.completion_tokens).toBe(
      countTokens('get_weather') + countTokens(call.function.arguments),
    );

    const stream = test.openai.chat.completions.stream(request);
    const final = await stream.finalChatCompletion();
    expect(final.choices[0].message.tool_calls).toMatchObject([
      { id: call.id, function: call.function },
    ]);
  });

  it('answers in words once the tool has answered, or when tools are switched off', async () => {
    const { messages, model } = ask('Weather?');
    const answered = await test.openai.chat.completions.create({
      model,
      tools: [WEATHER_TOOL],
      messages: [
        ...messages,
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'get_weather', arguments: '{}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
    });
    const without = await test.openai.chat.completions.create({
      ...ask('Weather?'),
      tools: [WEATHER_TOOL],
      tool_choice: 'none',
    });

    for (const answer of [answered, without]) {
      expect(answer.choices[0].finish_reason).toBe('stop');
      expect(answer.choices[0].message.content).not.toBe('');
    }
  });

  it('embeds, and the client decodes base64 to the same vector as floats', async () => {
    const request = {
      model: 'text-embedding-3-small',
      input: ['a red car', 'a red bus', 'quarterly tax report'],
    };
    const packed = await test.openai.embeddings.create(request);
    const floats = await test.openai.embeddings.create({
      ...request,
      encoding_format: 'float',
    });

    const [car, bus, tax] = packed.data.map(each => each.embedding);
    expect(car).toHaveLength(1_536);
    expect(floats.data.map(each => each.embedding)).toEqual([car, bus, tax]);
    expect(cosine(car, car)).toBeCloseTo(1, 5);
    expect(cosine(car, bus)).toBeGreaterThan(cosine(car, tax));
    const tokens = request.input.map(countTokens).reduce((a, b) => a + b);
    expect(packed.usage).toEqual({
      prompt_tokens: tokens,
      total_tokens: tokens,
    });
  });

  it('embeds in as many dimensions as asked for, and takes tokens for text', async () => {
    const { data } = await test.openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: [[1, 2, 3], [4]],
      dimensions: 256,
    });

    expect(data.map(each => each.embedding.length)).toEqual([256, 256]);
  });

  it('lists its models and knows no others', async () => {
    const { data } = await test.openai.models.list();

    expect(data.map(model => model.id)).toEqual([
      'gpt-4o',
      'gpt-4o-mini',
      'llama-3-8b-instruct',
      'claude-sonnet-5',
      'gpt-3.5-turbo-instruct',
      'text-embedding-3-small',
      'omni-moderation-latest',
      'gpt-image-1',
      'dall-e-3',
      'tts-1',
      'whisper-1',
      'gpt-4o-transcribe',
    ]);
    expect(await test.openai.models.retrieve('gpt-4o')).toMatchObject({
      id: 'gpt-4o',
    });
    await expect(
      test.openai.chat.completions.create({ ...ask('Hi'), model: 'gpt-9' }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it("speaks Azure's deployment API with the filter's results", async () => {
    const answer = await test.azure.chat.completions.create(ask('Hello?'));
    const plain = await test.openai.chat.completions.create(ask('Hello?'));
    const embedding = await test.azure.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'Hello',
    });
    const stream = await test.azure.chat.completions.create({
      ...ask('Hello?'),
      stream: true,
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);

    expect(answer.choices[0].message).toEqual(plain.choices[0].message);
    expect(answer).toHaveProperty('prompt_filter_results');
    expect(embedding.data[0].embedding).toHaveLength(1_536);
    expect(chunks[0]).toMatchObject({
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    });
  });

  it('asks Azure callers for an api-version and a known deployment', async () => {
    const path = '/openai/deployments/gpt-4o/chat/completions';
    const without = await test.send(path, ask('Hello?'));
    const unknown = await test.send(
      '/openai/deployments/gone/chat/completions?api-version=2024-10-21',
      ask('Hello?'),
    );
    const v1 = await test.send('/openai/v1/chat/completions', ask('Hello?'));

    expect(without.statusCode).toBe(404);
    expect(await unknown.body.json()).toMatchObject({
      error: { code: 'DeploymentNotFound' },
    });
    expect(v1.statusCode).toBe(200);
  });

  it('counts on its invoice what it answered, by model and request', async () => {
    const answer = await test.openai.chat.completions.create(ask('Hello?'), {
      headers: { 'x-request-id': 'one', 'x-simulator-cached-tokens': '4' },
    });
    await test.openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'Hello',
    });

    const tokens = {
      promptTokens: 9,
      cachedTokens: 4,
      completionTokens: answer.usage?.completion_tokens,
    };
    const { body } = await test.send('/simulator/usage');
    expect(answer.usage?.prompt_tokens_details?.cached_tokens).toBe(4);
    expect(await body.json()).toEqual({
      totals: {
        'gpt-4o': { requests: 1, ...tokens },
        'text-embedding-3-small': {
          requests: 1,
          promptTokens: 1,
          cachedTokens: 0,
          completionTokens: 0,
        },
      },
      requests: [
        { requestId: 'one', model: 'gpt-4o', outcome: 'answered', ...tokens },
        expect.objectContaining({ model: 'text-embedding-3-small' }),
      ],
      aborted: 0,
      failed: 0,
      held: 0,
    });

    const reset = await test.send('/simulator/reset', '');
    expect(reset.statusCode).toBe(204);
    expect(test.simulator.usage().totals).toEqual({});
  });

  it.each([
    ['broken JSON', '{"model":', undefined],
    ['no messages', { model: 'gpt-4o' }, 'messages'],
    [
      'an unknown role',
      { model: 'gpt-4o', messages: [{ role: 'robot' }] },
      'messages.0.role',
    ],
    ['no model', { messages: ask('Hi').messages }, 'model'],
    ['no token at all', { ...ask('Hi'), max_tokens: 0 }, 'max_tokens'],
    [
      'usage of no stream',
      { ...ask('Hi'), stream_options: { include_usage: true } },
      'stream_options',
    ],
  ])('refuses %s with 400', async (_, given, param) => {
    const { statusCode, body } = await test.send('/v1/chat/completions', given);

    expect(statusCode).toBe(400);
    expect(await body.json()).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: param ?? null,
        code: param === undefined || param === 'model' ? null : 'invalid_value',
      },
    });
  });

  it('answers 404 on a route that it does not have', async () => {
    const { statusCode, body } = await test.send('/v1/files', {});

    expect(statusCode).toBe(404);
    expect(await body.json()).toMatchObject({
      error: { type: 'invalid_request_error' },
    });
  });

  it('rejects when its port is taken', async () => {
    await expect(
      startModelSimulator({ port: test.simulator.port }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, position) => sum + value * b[position], 0);
}

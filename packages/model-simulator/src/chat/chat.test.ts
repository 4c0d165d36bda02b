import { ask, startForTest } from '../__testUtils__/startForTest';
import { countTokens } from '../tokens/tokenise';

const TOOLS = ['get_weather', 'get_time'].map(name => ({
  type: 'function' as const,
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
}));

describe('POST /v1/chat/completions', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest({ keepRequests: 10 });
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('takes pictures, sounds and fields that it does not know', async () => {
    const content = [
      { type: 'text', text: 'What is it?' },
      {
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' },
      },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    ];
    const { statusCode, body } = await test.send('/v1/chat/completions', {
      model: 'gpt-4o',
      messages: [{ role: 'user', content }],
      verbosity: 'low',
      a_field_of_tomorrow: { deep: [1, null] },
      tools: [...TOOLS, { type: 'custom', custom: { name: 'shell' } }],
      tool_choice: 'none',
    });

    expect(statusCode).toBe(200);
    expect(await body.json()).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
    });
  });

  it('gives another answer for another picture', async () => {
    const describe = async (url: string) => {
      const { choices } = await test.openai.chat.completions.create({
        model: 'gpt-4o',
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url } }],
          },
        ],
      });
      return choices[0].message.content;
    };

    expect(await describe('https://example.com/a.png')).not.toBe(
      await describe('https://example.com/b.png'),
    );
  });

  it('calls several tools at once when asked to, whole and streamed', async () => {
    const request = {
      ...ask('Weather and time in Oslo?'),
      tools: TOOLS,
      parallel_tool_calls: true,
    };
    const whole = await test.openai.chat.completions.create(request);
    const streamed = await test.openai.chat.completions
      .stream(request)
      .finalChatCompletion();

    const calls = (whole.choices[0].message.tool_calls ?? []).flatMap(call =>
      call.type === 'function' ? call.function : [],
    );
    expect(calls.map(call => call.name)).toEqual(['get_weather', 'get_time']);
    expect(streamed.choices[0].message.tool_calls).toMatchObject(
      whole.choices[0].message.tool_calls ?? [],
    );
    expect(whole.usage?.completion_tokens).toBe(
      calls
        .flatMap(call => [call.name, call.arguments])
        .map(countTokens)
        .reduce((sum, count) => sum + count),
    );
  });

  it('says how likely each token was, the same whole and streamed', async () => {
    const request = {
      ...ask('Hello?'),
      n: 2,
      logprobs: true,
      top_logprobs: 3,
    };
    const whole = await test.openai.chat.completions.create(request);
    const stream = await test.openai.chat.completions.create({
      ...request,
      stream: true,
    });
    const streamed: unknown[][] = [[], []];
    for await (const { choices } of stream) {
      for (const { index, logprobs } of choices) {
        streamed[index].push(...(logprobs?.content ?? []));
      }
    }

    for (const [index, { message, logprobs }] of whole.choices.entries()) {
      const tokens = logprobs?.content ?? [];
      expect(tokens.map(each => each.token).join('')).toBe(message.content);
      expect(tokens.every(each => each.top_logprobs.length === 3)).toBe(true);
      expect(streamed[index]).toEqual(tokens);
    }
  });

  it('counts reasoning that nobody sees, within the limit', async () => {
    const reason = (max_completion_tokens: number) =>
      test.openai.chat.completions.create(
        { ...ask('Hello?'), max_completion_tokens },
        { headers: { 'x-simulator-reasoning-tokens': '40' } },
      );
    const { usage, choices } = await reason(500);
    const { usage: tight } = await reason(7);

    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(40);
    expect(usage?.completion_tokens).toBe(
      40 + countTokens(choices[0].message.content ?? ''),
    );
    expect(tight?.completion_tokens).toBe(7);
  });

  it('ends before a stop sequence', async () => {
    const whole = await test.openai.chat.completions.create(ask('Hello?'));
    const text = whole.choices[0].message.content ?? '';
    const stop = text.slice(10, 14);
    const stopped = await test.openai.chat.completions.create({
      ...ask('Hello?'),
      stop,
    });

    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: text.slice(0, text.indexOf(stop)) },
    });
  });

  it('keeps requests word for word for a test that asks for it', async () => {
    const text =
      '{"model":"gpt-4o",  "messages":[{"role":"user","content":"?"}]}';
    const { body } = await test.send('/v1/chat/completions', text, {
      headers: { 'x-request-id': 'kept' },
    });
    await body.dump();

    const [kept] = test.simulator.received();
    expect(kept).toMatchObject({
      requestId: 'kept',
      method: 'POST',
      url: '/v1/chat/completions',
    });
    expect(kept.body.toString()).toBe(text);
    test.simulator.reset();
    expect(test.simulator.received()).toEqual([]);
  });
});

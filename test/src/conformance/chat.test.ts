import OpenAI, { APIError, APIUserAbortError } from 'openai';
import { collect, failureOf, Mesh, until } from './__testUtils__/Mesh';

const QUESTION = [{ role: 'user' as const, content: 'Where is my parcel?' }];
const ASK = { model: 'gpt-4o', messages: QUESTION, seed: 7 };

const tool = (name: string) => ({
  type: 'function' as const,
  function: {
    name,
    parameters: {
      type: 'object',
      properties: { number: { type: 'string' }, urgent: { type: 'boolean' } },
      required: ['number', 'urgent'],
    },
  },
});
const TOOLS = {
  tools: [tool('find_parcel'), tool('call_driver')],
  tool_choice: 'required' as const,
  parallel_tool_calls: true,
};

let mesh: Mesh;
let client: OpenAI;

beforeAll(async () => {
  mesh = await Mesh.start();
  client = mesh.openai();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

describe('chat.completions of the real openai package', () => {
  it('answers, with the id of the request, under the provider’s own key', async () => {
    const completion = await client.chat.completions.create(ASK);
    expect(completion).toMatchObject({
      object: 'chat.completion',
      choices: [{ finish_reason: 'stop', message: { role: 'assistant' } }],
    });
    expect(completion._request_id).toMatch(/^req_/);
    const { url, headers, requestId } = mesh.received();
    expect(url).toBe('/v1/chat/completions');
    expect(requestId).toBe(completion._request_id);
    expect(headers.authorization).toBe('Bearer provider-key-canary');
    expect(JSON.stringify(headers)).not.toContain(mesh.keys.main.secret);
    const record = await mesh.booked(completion._request_id);
    expect(record).toMatchObject({ estimated: false, streamed: false });
    expect(record.lines.map(({ tokens }) => tokens)).toEqual([
      BigInt(completion.usage?.prompt_tokens ?? 0),
      BigInt(completion.usage?.completion_tokens ?? 0),
    ]);
  });

  it('streams the same words, and no usage that was not asked for', async () => {
    const whole = await client.chat.completions.create(ASK);
    mesh.forget();
    const { data, request_id: id } = await client.chat.completions
      .create({ ...ASK, stream: true })
      .withResponse();
    const chunks = await collect(data);
    const words = chunks.map(each => each.choices[0].delta.content ?? '');
    expect(words.join('')).toBe(whole.choices[0].message.content);
    expect(chunks.some(({ usage }) => usage)).toBe(false);
    expect(mesh.received().json).toMatchObject({
      stream_options: { include_usage: true },
    });
    const record = await mesh.booked(id);
    expect(record).toMatchObject({ estimated: false, streamed: true });
    expect(record.lines.at(-1)).toMatchObject({
      tokens: BigInt(whole.usage?.completion_tokens ?? 0),
    });
  });

  it('streams usage that was asked for', async () => {
    const stream = await client.chat.completions.create({
      ...ASK,
      stream: true,
      stream_options: { include_usage: true },
    });
    const last = (await collect(stream)).at(-1);
    expect(last).toMatchObject({ choices: [], usage: expect.any(Object) });
  });

  it('calls several tools at once, streamed as whole', async () => {
    const whole = await client.chat.completions.create({ ...ASK, ...TOOLS });
    const calls = whole.choices[0].message.tool_calls ?? [];
    expect(calls).toMatchObject([
      { function: { name: 'find_parcel' } },
      { function: { name: 'call_driver' } },
    ]);
    const runner = client.chat.completions.stream({ ...ASK, ...TOOLS });
    const pieces: string[] = [];
    runner.on('tool_calls.function.arguments.delta', ({ arguments_delta }) =>
      pieces.push(arguments_delta),
    );
    const streamed = await runner.finalChatCompletion();
    expect(argumentsOf(streamed)).toEqual(argumentsOf(whole));
    expect(pieces.length).toBeGreaterThan(2);
  });

  it('takes the results of tools back, as they were sent', async () => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      ...QUESTION,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'find_parcel', arguments: '{"number": "1e400"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'In Köln 📦' },
    ];
    await client.chat.completions.create({ ...ASK, ...TOOLS, messages });
    expect(mesh.received().json).toMatchObject({ messages, ...TOOLS });
  });

  it('parses structured output', async () => {
    const completion = await client.chat.completions.parse({
      ...ASK,
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'parcel',
          strict: true,
          schema: {
            type: 'object',
            properties: {
              place: { type: 'string' },
              days: { type: 'integer' },
            },
            required: ['place', 'days'],
            additionalProperties: false,
          },
        },
      },
    });
    expect(completion.choices[0].message.parsed).toEqual({
      place: expect.any(String),
      days: expect.any(Number),
    });
  });

  it('gives several choices with logprobs, streamed as whole, and books them all', async () => {
    const request = { ...ASK, n: 3, logprobs: true, top_logprobs: 2 };
    const whole = await client.chat.completions.create(request);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { logprobs, message } of whole.choices) {
      const tokens = logprobs?.content?.map(({ token }) => token).join('');
      expect(tokens).toBe(message.content);
      expect(logprobs?.content?.[0].top_logprobs).toHaveLength(2);
    }
    const record = await mesh.booked(whole._request_id);
    expect(record.lines.at(-1)?.tokens).toBe(
      BigInt(whole.usage?.completion_tokens ?? 0),
    );
    const streamed = await client.chat.completions
      .stream(request)
      .finalChatCompletion();
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(
      whole.choices.map(({ message }) => message.content),
    );
  });

  it('brings pictures, files and what it does not know to the provider byte by byte', async () => {
    const bytes = Buffer.from(
      Array.from({ length: 3000 }, (_, at) => at % 256),
    );
    const request = {
      ...ASK,
      max_completion_tokens: 50,
      messages: [
        {
          role: 'user' as const,
          content: [
            { type: 'text' as const, text: 'What is this? 🚚 \u2028 "\\' },
            {
              type: 'image_url' as const,
              image_url: {
                url: `data:image/png;base64,${bytes.toString('base64')}`,
                detail: 'high' as const,
              },
            },
            {
              type: 'image_url' as const,
              image_url: { url: 'https://example.com/a.png?b=c&d=%20' },
            },
            {
              type: 'input_audio' as const,
              input_audio: {
                data: bytes.toString('base64url'),
                format: 'wav' as const,
              },
            },
          ],
        },
      ],
      // nobody knows these, and nobody may touch them
      a_field_of_next_year: { deep: [1, null, { 'ключ.1': 'value' }] },
      another_one: -0.1e-7,
    };
    await client.chat.completions.create(request);
    expect(`${mesh.received().body}`).toBe(JSON.stringify(request));
  });

  it('aborts the provider when the caller goes, and books what was produced as estimated', async () => {
    const { data: stream, request_id: id } = await client.chat.completions
      .create({
        ...ASK,
        stream: true,
        metadata: { simulator_fault: 'hang;after=5' },
      })
      .withResponse();
    let pieces = 0;
    for await (const { choices } of stream) {
      if (choices[0].delta.content) pieces += 1;
      if (pieces === 5) stream.controller.abort();
    }
    await until(() => mesh.simulator.usage().aborted === 1);
    const record = await mesh.booked(id);
    expect(record).toMatchObject({ estimated: true, streamed: true });
    const output = record.lines.find(each => each.tokenClass === 'output');
    expect(Number(output?.tokens)).toBeGreaterThanOrEqual(5);
    expect(Number(output?.tokens)).toBeLessThanOrEqual(7);
  });

  it('aborts the provider when the caller goes before the first byte', async () => {
    mesh.simulator.gate.close();
    const controller = new AbortController();
    const call = failureOf(
      client.chat.completions.create(ASK, { signal: controller.signal }),
    );
    await mesh.simulator.gate.waitForHeld(1);
    controller.abort();
    expect(await call).toBeInstanceOf(APIUserAbortError);
    await until(() => mesh.simulator.gate.held === 0);
    mesh.simulator.gate.open();
    const record = await mesh.booked(mesh.received().requestId);
    expect(record).toMatchObject({ estimated: true, streamed: false });
  });

  it('throws when the provider breaks off a stream', async () => {
    const stream = await client.chat.completions.create({
      ...ASK,
      stream: true,
      metadata: { simulator_fault: 'cut;after=5' },
    });
    const error = await failureOf(collect(stream));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: 'upstream_error' });
  });

  it('passes on what the provider says about a request', async () => {
    const error = await failureOf(
      client.chat.completions.create({
        ...ASK,
        metadata: { simulator_fault: 'context-length' },
      }),
    );
    expect(error).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
    });
  });
});

function argumentsOf({ choices }: OpenAI.Chat.ChatCompletion) {
  return choices[0].message.tool_calls?.map(
    call => call.type === 'function' && call.function.arguments,
  );
}

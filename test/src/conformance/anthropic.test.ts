import Anthropic, { APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { collect, failureOf, Mesh, until } from './__testUtils__/Mesh';

const QUESTION = [{ role: 'user' as const, content: 'Where is my parcel?' }];
const TOOLS: Anthropic.Tool[] = ['find_parcel', 'call_driver'].map(name => ({
  name,
  description: 'Does it',
  input_schema: {
    type: 'object',
    properties: { number: { type: 'string' }, urgent: { type: 'boolean' } },
    required: ['number', 'urgent'],
  },
}));
const PICTURE = Buffer.from(
  Array.from({ length: 2000 }, (_, at) => (at * 3) % 256),
).toString('base64');

let mesh: Mesh;
let client: Anthropic;

beforeAll(async () => {
  mesh = await Mesh.start();
  client = mesh.anthropic();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

describe.each([
  ['a provider of its own', 'claude-sonnet-5', '/v1/messages', 2],
  // several at once are OpenAI's default, so that nothing is said of it there; this provider makes one
  ['one that speaks OpenAI', 'gpt-4o', '/v1/chat/completions', 1],
])(
  'the real @anthropic-ai/sdk in front of %s',
  (_, model, upstreamPath, calls) => {
    const ASK = { model, max_tokens: 200, messages: QUESTION };
    const WITH_TOOLS = {
      ...ASK,
      tools: TOOLS,
      tool_choice: { type: 'any' as const, disable_parallel_tool_use: false },
    };

    it('gets a message, with the id of the request', async () => {
      const message = await client.messages.create({
        ...ASK,
        system: 'Be kind.',
      });
      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        model,
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: expect.stringMatching(/\w/) }],
      });
      expect(message._request_id).toMatch(/^req_/);
      expect(mesh.received().url).toBe(upstreamPath);
      expect(JSON.stringify(mesh.received().headers)).not.toContain(
        mesh.keys.main.secret,
      );
      const record = await mesh.booked(message._request_id);
      expect(record).toMatchObject({ model, estimated: false });
      expect(record.lines.map(({ tokens }) => Number(tokens))).toEqual([
        message.usage.input_tokens,
        message.usage.output_tokens,
      ]);
    });

    it('streams the same words', async () => {
      const whole = await client.messages.create(ASK);
      const stream = client.messages.stream(ASK);
      const pieces: string[] = [];
      stream.on('text', text => pieces.push(text));
      const message = await stream.finalMessage();
      expect(message.content).toEqual(whole.content);
      expect(message.usage.output_tokens).toBe(whole.usage.output_tokens);
      expect(pieces.length).toBeGreaterThan(2);
      const record = await mesh.booked(stream.request_id);
      expect(record).toMatchObject({ streamed: true, estimated: false });
      expect(Number(record.lines.at(-1)?.tokens)).toBe(
        whole.usage.output_tokens,
      );
    });

    it('uses tools, streamed as whole', async () => {
      const whole = await client.messages.create(WITH_TOOLS);
      expect(whole.stop_reason).toBe('tool_use');
      expect(whole.content).toEqual(
        Array(calls).fill({
          type: 'tool_use',
          id: expect.stringMatching(/\w/),
          name: expect.stringMatching(/^(find_parcel|call_driver)$/),
          input: { number: expect.any(String), urgent: expect.any(Boolean) },
        }),
      );
      const stream = client.messages.stream(WITH_TOOLS);
      let pieces = 0;
      stream.on('inputJson', () => {
        pieces += 1;
      });
      const message = await stream.finalMessage();
      expect(inputsOf(message)).toEqual(inputsOf(whole));
      expect(pieces).toBeGreaterThan(2);
    });

    it('brings the results of tools back', async () => {
      const message = await client.messages.create({
        ...WITH_TOOLS,
        tool_choice: { type: 'none' },
        messages: [
          ...QUESTION,
          {
            role: 'assistant',
            content: [
              {
                type: 'tool_use',
                id: 'toolu_1',
                name: 'find_parcel',
                input: { number: 'Ü-1' },
              },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_1',
                content: 'Köln 📦',
              },
            ],
          },
        ],
      });
      expect(message.stop_reason).toBe('end_turn');
      expect(`${mesh.received().body}`).toContain('Köln 📦');
    });

    it('stops where it is told to', async () => {
      const short = await client.messages.create({ ...ASK, max_tokens: 3 });
      expect(short).toMatchObject({
        stop_reason: 'max_tokens',
        usage: { output_tokens: 3 },
      });
    });

    it('aborts the provider when the caller goes, and books an estimate', async () => {
      mesh.simulator.gate.close();
      const controller = new AbortController();
      const call = failureOf(
        client.messages.create(ASK, { signal: controller.signal }),
      );
      await mesh.simulator.gate.waitForHeld(1);
      controller.abort();
      expect(await call).toBeInstanceOf(APIUserAbortError);
      await until(() => mesh.simulator.gate.held === 0);
      mesh.simulator.gate.open();
      const record = await mesh.booked(mesh.received().requestId);
      expect(record).toMatchObject({ estimated: true });
    });
  },
);

describe('the real @anthropic-ai/sdk', () => {
  const ASK = { model: 'claude-sonnet-5', max_tokens: 200, messages: QUESTION };

  it('reaches its own provider byte by byte, with what nobody knows', async () => {
    const request = {
      ...ASK,
      system: [
        {
          type: 'text' as const,
          text: 'Be kind. \u2028 🚚',
          cache_control: { type: 'ephemeral' as const },
        },
      ],
      messages: [
        {
          role: 'user' as const,
          content: [
            {
              type: 'image' as const,
              source: {
                type: 'base64' as const,
                media_type: 'image/png' as const,
                data: PICTURE,
              },
            },
            { type: 'text' as const, text: 'What is this?' },
          ],
        },
      ],
      a_field_of_next_year: [1.5e-9, { a: null }],
    };
    await client.messages.create(request);
    const { body, headers } = mesh.received();
    expect(`${body}`).toBe(JSON.stringify(request));
    expect(headers['x-api-key']).toBe('provider-key-canary');
    expect(headers['anthropic-version']).toBe('2023-06-01');
  });

  it('brings pictures to a provider that speaks OpenAI', async () => {
    await client.messages.create({
      ...ASK,
      model: 'gpt-4o',
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'image',
              source: {
                type: 'base64',
                media_type: 'image/png',
                data: PICTURE,
              },
            },
          ],
        },
      ],
    });
    expect(mesh.received().json).toMatchObject({
      messages: [
        {
          content: [
            {
              type: 'image_url',
              image_url: { url: `data:image/png;base64,${PICTURE}` },
            },
          ],
        },
      ],
    });
  });

  it('throws when the provider breaks off a stream', async () => {
    const stream = client.messages.stream({
      ...ASK,
      metadata: { simulator_fault: 'cut;after=5' } as Anthropic.Metadata,
    });
    const error = await failureOf(stream.finalMessage());
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('api_error');
  });

  it.each([
    ['sk-mesh-nonsense', 'gpt-4o', Anthropic.AuthenticationError, 401],
    [undefined, 'not-for-this-key', Anthropic.PermissionDeniedError, 403],
    [undefined, 'nobody', Anthropic.NotFoundError, 404],
    [undefined, 'tts-1', Anthropic.BadRequestError, 400],
  ])(
    'with key %p and model %s throws the type of the error',
    async (apiKey, model, type, status) => {
      const error = await failureOf(
        mesh.anthropic({ apiKey }).messages.create({ ...ASK, model }),
      );
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({
        status,
        requestID: expect.stringMatching(/^req_/),
        error: { type: 'error', error: { message: expect.any(String) } },
      });
      expect(mesh.simulator.received()).toEqual([]);
    },
  );

  it('lists the models of the key', async () => {
    const names = (await collect(client.models.list())).map(({ id }) => id);
    expect(names).toContain('claude-sonnet-5');
    expect(names).not.toContain('not-for-this-key');
  });
});

describe('the real openai package in front of a provider that speaks Anthropic', () => {
  const ASK = { model: 'claude-sonnet-5', messages: QUESTION };
  let openai: OpenAI;

  beforeAll(() => {
    openai = mesh.openai();
  });

  it('chats, whole and streamed alike, and is booked', async () => {
    const whole = await openai.chat.completions.create(ASK);
    expect(mesh.received().url).toBe('/v1/messages');
    expect(whole).toMatchObject({
      object: 'chat.completion',
      model: 'claude-sonnet-5',
      choices: [{ finish_reason: 'stop' }],
    });
    const { data, request_id: id } = await openai.chat.completions
      .create({ ...ASK, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    const chunks = await collect(data);
    const words = chunks.map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(words.join('')).toBe(whole.choices[0].message.content);
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
    const record = await mesh.booked(id);
    expect(record).toMatchObject({ streamed: true, estimated: false });
  });

  it('streams no usage that was not asked for', async () => {
    const stream = await openai.chat.completions.create({
      ...ASK,
      stream: true,
    });
    const chunks = await collect(stream);
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  it('uses tools, with streamed arguments, and brings pictures', async () => {
    const request = {
      ...ASK,
      messages: [
        {
          role: 'user' as const,
          content: [
            {
              type: 'image_url' as const,
              image_url: { url: `data:image/png;base64,${PICTURE}` },
            },
          ],
        },
      ],
      tools: TOOLS.map(({ name, input_schema: parameters }) => ({
        type: 'function' as const,
        function: { name, parameters: { ...parameters } },
      })),
      tool_choice: 'required' as const,
    };
    const whole = await openai.chat.completions.create(request);
    expect(`${mesh.received().body}`).toContain(`"data":"${PICTURE}"`);
    const streamed = await openai.chat.completions
      .stream(request)
      .finalChatCompletion();
    const calls = whole.choices[0].message.tool_calls ?? [];
    expect(calls.length).toBeGreaterThan(0);
    expect(streamed.choices[0].message.tool_calls).toMatchObject(
      calls.map(call =>
        call.type === 'function'
          ? { function: { arguments: call.function.arguments } }
          : {},
      ),
    );
  });

  it('is told which field cannot be translated', async () => {
    const error = await failureOf(
      openai.chat.completions.create({ ...ASK, n: 2 }),
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'n' });
    expect(mesh.simulator.received()).toEqual([]);
  });
});

function inputsOf({ content }: Anthropic.Message): unknown[] {
  return content.map(block => block.type === 'tool_use' && block.input);
}

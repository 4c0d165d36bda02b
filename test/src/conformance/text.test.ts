import OpenAI from 'openai';
import { collect, failureOf, Mesh, until } from './__testUtils__/Mesh';

const MODEL = 'gpt-4o';
const TOOL = {
  type: 'function' as const,
  name: 'find_parcel',
  strict: true,
  parameters: {
    type: 'object',
    properties: { number: { type: 'string' } },
    required: ['number'],
    additionalProperties: false,
  },
};
const SCHEMA = {
  type: 'json_schema' as const,
  name: 'parcel',
  schema: {
    type: 'object',
    properties: { place: { type: 'string' } },
    required: ['place'],
    additionalProperties: false,
  },
};

let mesh: Mesh;
let client: OpenAI;

beforeAll(async () => {
  mesh = await Mesh.start();
  client = mesh.openai();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

describe('completions of the real openai package', () => {
  const ASK = {
    model: 'gpt-3.5-turbo-instruct',
    prompt: 'Once upon a time',
    max_tokens: 30,
    seed: 7,
  };

  it('goes on, whole and streamed alike', async () => {
    const whole = await client.completions.create(ASK);
    expect(whole._request_id).toMatch(/^req_/);
    const { json, url } = mesh.received();
    expect(url).toBe('/v1/completions');
    expect(json).toEqual(ASK);
    const { data, request_id: id } = await client.completions
      .create({ ...ASK, stream: true })
      .withResponse();
    const chunks = await collect(data);
    const words = chunks.map(({ choices }) => choices[0].text).join('');
    expect(words).toBe(whole.choices[0].text);
    const record = await mesh.booked(id);
    expect(record).toMatchObject({ streamed: true, estimated: false });
    expect(record.lines.at(-1)?.tokens).toBe(
      BigInt(whole.usage?.completion_tokens ?? 0),
    );
  });

  it('takes prompts as tokens, several at once, with choices and logprobs', async () => {
    const request = {
      ...ASK,
      prompt: [
        [9906, 1917],
        [1, 2, 3],
      ],
      n: 2,
      logprobs: 1,
    };
    const { choices } = await client.completions.create(request);
    expect(choices).toHaveLength(4);
    expect(choices[0].logprobs?.tokens?.join('')).toBe(choices[0].text);
    expect(mesh.received().json).toEqual(request);
  });
});

describe('responses of the real openai package', () => {
  const ASK = { model: MODEL, input: 'Where is my parcel?' };

  it('answers, and passes its settings on', async () => {
    const request = {
      ...ASK,
      instructions: 'Be kind.',
      temperature: 0.25,
      store: false,
      a_field_of_next_year: [1e21, { a: null }],
    };
    const response = await client.responses.create(request);
    expect(response).toMatchObject({ status: 'completed', temperature: 0.25 });
    expect(response.output_text).not.toBe('');
    expect(response._request_id).toMatch(/^req_/);
    const { json, url } = mesh.received();
    expect(url).toBe('/v1/responses');
    expect(json).toMatchObject(request);
    const record = await mesh.booked(response._request_id);
    expect(record.lines.map(({ tokens }) => tokens)).toEqual([
      BigInt(response.usage?.input_tokens ?? 0),
      BigInt(response.usage?.output_tokens ?? 0),
    ]);
  });

  it('streams events by their names, in order, to the same end', async () => {
    const whole = await client.responses.create(ASK);
    const { data, request_id: id } = await client.responses
      .create({ ...ASK, stream: true })
      .withResponse();
    const events = await collect(data);
    expect(events[0].type).toBe('response.created');
    expect(events.map(each => each.sequence_number)).toEqual(
      events.map((_, at) => at),
    );
    const words = events.map(each =>
      each.type === 'response.output_text.delta' ? each.delta : '',
    );
    expect(words.join('')).toBe(whole.output_text);
    const last = events.at(-1);
    expect(last).toMatchObject({
      type: 'response.completed',
      response: { usage: whole.usage },
    });
    const record = await mesh.booked(id);
    expect(record).toMatchObject({ streamed: true, estimated: false });
  });

  it('calls a function with streamed arguments', async () => {
    const stream = client.responses.stream({
      ...ASK,
      tools: [TOOL],
      tool_choice: 'required',
    });
    const pieces: string[] = [];
    stream.on('response.function_call_arguments.delta', ({ delta }) =>
      pieces.push(delta),
    );
    const { output } = await stream.finalResponse();
    expect(output).toMatchObject([
      {
        type: 'function_call',
        name: 'find_parcel',
        arguments: pieces.join(''),
      },
    ]);
    expect(JSON.parse(pieces.join(''))).toEqual({
      number: expect.any(String),
    });
  });

  it('parses structured output', async () => {
    const response = await client.responses.parse({
      ...ASK,
      text: { format: SCHEMA },
    });
    expect(response.output_parsed).toEqual({ place: expect.any(String) });
  });

  it('brings pictures and items to the provider byte by byte', async () => {
    const request = {
      model: MODEL,
      input: [
        {
          role: 'user' as const,
          content: [
            { type: 'input_text' as const, text: 'Ä 🚚 \u2029' },
            {
              type: 'input_image' as const,
              image_url: `data:image/png;base64,${Buffer.alloc(900, 7).toString(
                'base64',
              )}`,
              detail: 'low' as const,
            },
          ],
        },
      ],
      max_output_tokens: 40,
    };
    await client.responses.create(request);
    expect(`${mesh.received().body}`).toBe(JSON.stringify(request));
  });

  it('aborts the provider when the caller goes', async () => {
    const { data: stream, request_id: id } = await client.responses
      .create({
        ...ASK,
        stream: true,
        metadata: { simulator_fault: 'hang;after=5' },
      })
      .withResponse();
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') break;
    }
    await until(() => mesh.simulator.usage().aborted === 1);
    expect(await mesh.booked(id)).toMatchObject({ estimated: true });
  });

  it('throws when the provider breaks off a stream', async () => {
    const stream = await client.responses.create({
      ...ASK,
      stream: true,
      metadata: { simulator_fault: 'cut;after=5' },
    });
    expect(await failureOf(collect(stream))).toMatchObject({
      code: 'upstream_error',
    });
  });

  it('refuses what would be answered later', async () => {
    const error = await failureOf(
      client.responses.create({ ...ASK, background: true }),
    );
    expect(error).toMatchObject({ status: 400, param: 'background' });
  });
});

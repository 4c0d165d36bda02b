import OpenAI, { APIError } from 'openai';
import { ROOT_REF } from '../harness/exampleCompany';
import { Installation } from '../harness/Installation';

const QUESTION = [{ role: 'user' as const, content: 'Where is my parcel?' }];

/** The one failure of a call, as the client reports it. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('The call went through');
    },
    error => error,
  );
}

describe('the real openai package', () => {
  let installation: Installation;
  let client: OpenAI;

  beforeAll(async () => {
    installation = await Installation.start({
      database: 'SQLITE_3',
      budgetsUsd: { [ROOT_REF]: '100' },
    });
    client = installation.openai();
  });

  afterAll(async () => {
    await installation.stop();
  });

  it('chats', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-4o-mini', messages: QUESTION })
      .withResponse();
    expect(data.choices[0].message.content).toMatch(/\w/);
    expect(data.usage?.total_tokens).toBe(
      (data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0),
    );
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('x-ai-mesh-cost-usd')).toMatch(/^0\.0\d+$/);
  });

  it('streams the same words, without a usage chunk that nobody asked for', async () => {
    const request = { model: 'gpt-4o-mini', messages: QUESTION, seed: 7 };
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
    });
    const chunks: OpenAI.Chat.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(
      chunks.map(each => each.choices[0]?.delta.content ?? '').join(''),
    ).toBe(whole.choices[0].message.content);
    expect(chunks.every(each => each.choices.length > 0)).toBe(true);
    expect(chunks.at(-1)?.choices[0].finish_reason).toBe('stop');
  });

  it('streams usage when asked', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    });
    let last: OpenAI.Chat.ChatCompletionChunk | undefined;
    for await (const chunk of stream) last = chunk;
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('calls tools, streamed and not', async () => {
    const request = {
      model: 'gpt-4o',
      messages: QUESTION,
      seed: 3,
      tools: [
        {
          type: 'function' as const,
          function: {
            name: 'find_parcel',
            parameters: {
              type: 'object',
              properties: { number: { type: 'string' } },
              required: ['number'],
            },
          },
        },
      ],
    };
    const whole = await client.chat.completions.create(request);
    const call = whole.choices[0].message.tool_calls?.[0];
    expect(whole.choices[0].finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ function: { name: 'find_parcel' } });

    const runner = client.chat.completions.stream({ ...request });
    const streamed = await runner.finalChatCompletion();
    expect(streamed.choices[0].message.tool_calls?.[0]).toMatchObject({
      function: { name: 'find_parcel' },
    });
  });

  it('embeds', async () => {
    const { data, usage } = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['a parcel', 'a letter'],
    });
    expect(data).toHaveLength(2);
    expect(data[0].embedding.length).toBeGreaterThan(100);
    expect(data[0].embedding).not.toEqual(data[1].embedding);
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  it('lists the models of the key', async () => {
    const { data } = await client.models.list();
    expect(data.map(each => each.id).sort()).toEqual([
      'gpt-4o',
      'gpt-4o-mini',
      'text-embedding-3-small',
    ]);
  });

  it.each(['sk-wrong', 'sk-mesh-000000000000-0'])(
    'refuses the key %p with 401, and does not repeat it',
    async apiKey => {
      const error = await failureOf(
        installation
          .openai({ apiKey })
          .chat.completions.create({ model: 'gpt-4o', messages: QUESTION }),
      );
      expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
      expect(String(error)).not.toContain(apiKey);
    },
  );

  it('answers 404 for an unknown model', async () => {
    const error = await failureOf(
      client.chat.completions.create({ model: 'gpt-99', messages: QUESTION }),
    );
    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      type: 'invalid_request_error',
    });
  });

  it('answers 400 and names the field for a wrong type', async () => {
    const error = await failureOf(
      client.chat.completions.create({
        model: 'gpt-4o',
        // @ts-expect-error a wrong type, as JavaScript callers send it
        messages: 'hello',
      }),
    );
    expect(error).toMatchObject({ status: 400, param: 'messages' });
  });

  it('refuses a call that the budget does not cover, once, and takes calls again when it is raised', async () => {
    const retrying = installation.openai({ maxRetries: 2 });
    const sentBefore = installation.simulator.usage().requests.length;
    await installation.portal.setBudget(ROOT_REF, '0.000001');
    const error = await untilRefused(retrying);
    expect(error).toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
    expect(error.headers?.get('x-should-retry')).toBe('false');

    await installation.portal.setBudget(ROOT_REF, '100');
    const answer = await untilAnswered(retrying);
    expect(answer.choices[0].message.content).toMatch(/\w/);
    expect(installation.simulator.usage().requests.length).toBeGreaterThan(
      sentBefore,
    );
  });
});

const ASK = { model: 'gpt-4o', messages: QUESTION };
const SEEN_WITHIN_MS = 2_000;

/** A budget reaches every gateway within two seconds; this waits for the first refusal. */
async function untilRefused(client: OpenAI): Promise<APIError> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  for (;;) {
    const result = await client.chat.completions.create(ASK).then(
      () => undefined,
      error => error,
    );
    if (result instanceof APIError) return result;
    if (Date.now() > deadline) throw new Error('The call was not refused');
  }
}

async function untilAnswered(client: OpenAI) {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  for (;;) {
    try {
      return await client.chat.completions.create(ASK);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

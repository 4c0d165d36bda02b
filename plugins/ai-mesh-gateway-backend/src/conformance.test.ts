import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import {
  formatUsdExact,
  parseUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Agent } from 'undici';
import {
  openAiClient,
  startTestGateway,
  TestGateway,
  waitFor,
} from './__testUtils__/startTestGateway';

type Simulator = Awaited<ReturnType<typeof startModelSimulator>>;

const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];

describe('the gateway, called by the openai package', () => {
  let simulator: Simulator;
  let mesh: TestGateway;

  beforeAll(async () => {
    simulator = await startModelSimulator({ models: 'any' });
    mesh = await startTestGateway({ upstreamUrl: simulator.url });
  });

  afterAll(async () => {
    await mesh.close();
    await simulator.close();
  });

  async function bookedRecord(requestId: string | null | undefined) {
    expect(requestId).toMatch(/^req_/);
    const id = requestId ?? '';
    await waitFor(() => mesh.controlPlane.records.has(id));
    return mesh.controlPlane.records.get(id);
  }

  it('answers a chat, with its cost, and books exactly what the provider counted', async () => {
    const { data, response } = await mesh.client.chat.completions
      .create({ model: 'mini', messages: MESSAGES })
      .withResponse();
    expect(data.choices[0].message.content).not.toBe('');
    const prompt = BigInt(data.usage?.prompt_tokens ?? 0);
    const completion = BigInt(data.usage?.completion_tokens ?? 0);
    const cost = prompt * 150_000n + completion * 600_000n; // pico-USD a token
    expect(response.headers.get('x-ai-mesh-model')).toBe('mini');
    expect(response.headers.get('x-ai-mesh-cost-usd')).toBe(
      formatUsdExact(cost as ReturnType<typeof parseUsd>),
    );
    const record = await bookedRecord(response.headers.get('x-request-id'));
    expect(record).toMatchObject({
      keyId: mesh.key.id,
      departmentRef: 'group:default/customer-care',
      model: 'mini',
      targetId: 'mini@simulator',
      attempt: 1,
      streamed: false,
      estimated: false,
      lines: [
        { tokenClass: 'input', tokens: prompt, priceVersionId: 'price-mini' },
        { tokenClass: 'output', tokens: completion },
      ],
    });
  });

  it('streams a chat without the usage chunk that was not asked for, and books it', async () => {
    const { data: stream, response } = await mesh.client.chat.completions
      .create({ model: 'mini', messages: MESSAGES, stream: true })
      .withResponse();
    let text = '';
    for await (const chunk of stream) {
      expect(chunk.choices).not.toHaveLength(0);
      text += chunk.choices[0].delta.content ?? '';
    }
    expect(text).not.toBe('');
    expect(response.headers.get('content-type')).toBe(
      'text/event-stream; charset=utf-8',
    );
    const record = await bookedRecord(response.headers.get('x-request-id'));
    expect(record).toMatchObject({ streamed: true, estimated: false });
  });

  it('hands the usage chunk of a stream to who asked for it', async () => {
    const { data: stream, response } = await mesh.client.chat.completions
      .create({
        model: 'mini',
        messages: MESSAGES,
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    const record = await bookedRecord(response.headers.get('x-request-id'));
    expect(record?.lines.map(line => line.tokens)).toEqual([
      BigInt(last?.usage?.prompt_tokens ?? -1),
      BigInt(last?.usage?.completion_tokens ?? -1),
    ]);
  });

  it('carries tools there and back', async () => {
    const completion = await mesh.client.chat.completions.create({
      model: 'mini',
      messages: MESSAGES,
      tool_choice: 'required',
      tools: [
        {
          type: 'function',
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
    });
    const [call] = completion.choices[0].message.tool_calls ?? [];
    expect(call).toMatchObject({ function: { name: 'find_parcel' } });
  });

  it('embeds, and books what was embedded only', async () => {
    const { data, response } = await mesh.client.embeddings
      .create({ model: 'text-embedding-3-small', input: ['one', 'two'] })
      .withResponse();
    expect(data.data).toHaveLength(2);
    const record = await bookedRecord(response.headers.get('x-request-id'));
    expect(record?.lines).toMatchObject([
      { tokenClass: 'embedding', tokens: BigInt(data.usage.prompt_tokens) },
    ]);
  });

  it('lists the models of the key, and no others', async () => {
    const models = await mesh.client.models.list();
    const ids = models.data.map(model => model.id);
    expect(ids).toContain('mini');
    expect(ids).not.toContain('not-for-this-key');
    await expect(mesh.client.models.retrieve('mini')).resolves.toMatchObject({
      id: 'mini',
      object: 'model',
    });
    await expect(
      mesh.client.models.retrieve('not-for-this-key'),
    ).rejects.toMatchObject({ status: 403, code: 'model_not_allowed' });
  });

  it('refuses a wrong key, a broken key and a key that nobody issued, all alike', async () => {
    const agent = new Agent();
    const { id, secret } = mesh.key;
    const other = generateKey();
    const keys = [
      'sk-mesh-nonsense',
      `${secret.slice(0, -1)}${secret.endsWith('x') ? 'y' : 'x'}`,
      other.secret,
    ];
    for (const wrong of keys) {
      const error = await openAiClient(mesh.url, wrong, agent)
        .models.list()
        .then(
          () => undefined,
          reason => reason,
        );
      expect(error).toMatchObject({
        status: 401,
        code: 'invalid_api_key',
        type: 'invalid_request_error',
        param: null,
      });
      expect(error.headers.get('x-should-retry')).toBe('false');
      expect(error.message).not.toContain(wrong);
      expect(error.message).not.toContain(id);
    }
    await agent.destroy();
  });

  it.each([
    ['nobody', 404, 'model_not_found'],
    ['not-for-this-key', 403, 'model_not_allowed'],
    ['text-embedding-3-small', 400, 'invalid_value'],
    ['unpriced', 503, 'price_unknown'],
  ])('refuses to chat with %s: %i %s', async (model, status, code) => {
    await expect(
      mesh.client.chat.completions.create({ model, messages: MESSAGES }),
    ).rejects.toMatchObject({ status, code });
  });

  it('refuses what the budget does not cover', async () => {
    const poor = await startTestGateway({
      upstreamUrl: simulator.url,
      budgetPicoUsd: parseUsd('0.000001'),
    });
    const error = await poor.client.chat.completions
      .create({ model: 'gpt-4o', messages: MESSAGES })
      .then(
        () => undefined,
        reason => reason,
      );
    expect(error).toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
    expect(error.headers.get('x-should-retry')).toBe('false');
    await poor.close();
  });

  it.each([
    ['names another model', { model: 'gpt-4o' }],
    ['names none', {}],
  ])(
    "serves and books the model of Azure's path when the body %s",
    async (_case, more) => {
      const recorded = await startModelSimulator({
        models: 'any',
        keepRequests: 1,
      });
      const azure = await startTestGateway({ upstreamUrl: recorded.url });
      const path = '/openai/deployments/mini/chat/completions';
      const answer = await azure.call(`${path}?api-version=2024-10-21`, {
        method: 'POST',
        headers: {
          'api-key': azure.key.secret,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ ...more, messages: MESSAGES }),
      });
      expect(answer.status).toBe(200);
      await answer.text();
      const [received] = recorded.received();
      expect(JSON.parse(received.body.toString()).model).toBe('gpt-4o-mini');
      const id = answer.headers.get('x-request-id') ?? '';
      await waitFor(() => azure.controlPlane.records.has(id));
      expect(azure.controlPlane.records.get(id)?.model).toBe('mini');
      await azure.close();
      await recorded.close();
    },
  );
});

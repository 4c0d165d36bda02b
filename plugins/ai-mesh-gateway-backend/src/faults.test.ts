import net from 'node:net';
import { once } from 'node:events';
import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import {
  startTestGateway,
  TestGateway,
  waitFor,
} from './__testUtils__/startTestGateway';

type Simulator = Awaited<ReturnType<typeof startModelSimulator>>;

const PROMPT_CANARY = 'prompt-canary-4711';
const MESSAGES = [{ role: 'user' as const, content: PROMPT_CANARY }];

describe('the gateway, when things go wrong', () => {
  let simulator: Simulator;
  let mesh: TestGateway;

  beforeAll(async () => {
    simulator = await startModelSimulator({ models: 'any' });
    mesh = await startTestGateway({
      upstreamUrl: simulator.url,
      limits: {
        bodyBytes: 20_000,
        headersTimeoutMs: 300,
        idleTimeoutMs: 300,
        receiveTimeoutMs: 300,
        receiveHeadersTimeoutMs: 300,
      },
    });
  });

  afterEach(async () => {
    // whatever happened: nothing stays held, and nothing of the caller's is in a log
    await waitFor(() => mesh.gateway.status()?.activeCalls === 0);
    await waitFor(() => mesh.gateway.status()?.undeliveredRecords === 0);
    for (const secret of [
      PROMPT_CANARY,
      mesh.key.secret,
      'upstream-secret-canary',
      'Invariant',
    ]) {
      if (mesh.logger.lines.some(line => line.includes(secret))) {
        throw new Error('A log line holds what no log line may hold');
      }
    }
  });

  afterAll(async () => {
    await mesh.close();
    await simulator.close();
    if (mesh.controlPlane.leasedPicoUsd !== 0n) {
      throw new Error('Money stays held after the last call');
    }
  });

  function chat(fault: string, body: object = {}) {
    return mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${mesh.key.secret}`,
      },
      body: JSON.stringify({
        model: 'mini',
        messages: MESSAGES,
        metadata: { simulator_fault: fault },
        ...body,
      }),
    });
  }

  function post(body: string | Buffer, headers: Record<string, string> = {}) {
    return mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'api-key': mesh.key.secret,
        ...headers,
      },
      body,
    });
  }

  async function expectError(
    answer: Awaited<ReturnType<typeof chat>>,
    status: number,
    code: string,
    param: string | null = null,
  ) {
    const body = await answer.json();
    expect(body).toEqual({
      error: {
        message: expect.any(String),
        type: expect.any(String),
        param,
        code,
      },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    expect(JSON.stringify(body)).not.toContain(PROMPT_CANARY);
  }

  it.each([
    ['error;status=500', 502, 'upstream_error'],
    ['error;status=401', 502, 'upstream_error'],
    ['html', 502, 'upstream_error'],
    ['malformed', 502, 'upstream_error'],
    ['hang', 504, 'upstream_timeout'],
  ])('a provider with the fault %s: %i %s', async (fault, status, code) => {
    await expectError(await chat(fault), status, code);
  });

  it('passes on when the provider is to be asked again', async () => {
    const answer = await chat('rate-limit;retry-after=7');
    expect(answer.headers.get('retry-after')).toBe('7');
    await expectError(answer, 429, 'rate_limit_exceeded');
  });

  it('passes a content filter on as the provider says it', async () => {
    const answer = await chat('content-filter');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    const body = await answer.json();
    expect(body).toMatchObject({ error: { code: 'content_filter' } });
  });

  it('books what was allowed when a provider reports no usage', async () => {
    const answer = await chat('no-usage', { max_tokens: 40 });
    expect(answer.status).toBe(200);
    const id = answer.headers.get('x-request-id') ?? '';
    await waitFor(() => mesh.controlPlane.records.has(id));
    expect(mesh.controlPlane.records.get(id)).toMatchObject({
      estimated: true,
      lines: [{ tokenClass: 'input' }, { tokenClass: 'output', tokens: 40n }],
    });
  });

  it('never makes half a stream look whole, and books the half', async () => {
    const answer = await chat('cut;after=5', { stream: true });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('data: {"error":{');
    expect(text).toContain('"code":"upstream_error"');
    expect(text).not.toContain('[DONE]');
    const id = answer.headers.get('x-request-id') ?? '';
    await waitFor(() => mesh.controlPlane.records.has(id));
    const record = mesh.controlPlane.records.get(id);
    expect(record).toMatchObject({ estimated: true, streamed: true });
    expect(Number(record?.lines[1].tokens)).toBeGreaterThanOrEqual(5);
    expect(Number(record?.lines[1].tokens)).toBeLessThanOrEqual(7);
  });

  it('stops the provider when the caller hangs up, and books what was streamed', async () => {
    const abortedBefore = simulator.usage().aborted;
    const recordsBefore = mesh.controlPlane.records.size;
    const stream = await mesh.client.chat.completions.create({
      model: 'mini',
      messages: MESSAGES,
      stream: true,
      metadata: { simulator_fault: 'hang;after=4' },
    });
    let pieces = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0].delta.content) pieces += 1;
      if (pieces === 3) break; // closes the connection
    }
    await waitFor(() => simulator.usage().aborted > abortedBefore);
    await waitFor(() => mesh.controlPlane.records.size > recordsBefore);
    const record = [...mesh.controlPlane.records.values()].at(-1);
    expect(record).toMatchObject({ estimated: true, streamed: true });
    expect(Number(record?.lines[1].tokens)).toBeGreaterThanOrEqual(3);
  });

  it('stops the provider when the caller hangs up before the answer', async () => {
    const abortedBefore = simulator.usage().aborted;
    simulator.gate.close();
    const controller = new AbortController();
    const pending = mesh.client.chat.completions
      .create(
        { model: 'mini', messages: MESSAGES },
        { signal: controller.signal },
      )
      .catch(error => error);
    await simulator.gate.waitForHeld(1);
    controller.abort();
    await pending;
    await waitFor(() => simulator.usage().aborted > abortedBefore);
    simulator.gate.open();
    await waitFor(() => mesh.gateway.status()?.activeCalls === 0);
    expect(simulator.gate.held).toBe(0);
  });

  it.each([
    ['{"model":', 'invalid_json', null],
    ['[]', 'invalid_json', null],
    ['null', 'invalid_json', null],
    [`{"a":${'['.repeat(60)}${']'.repeat(60)}}`, 'invalid_value', 'model'],
    ['{"messages":[]}', 'invalid_value', 'model'],
    ['{"model":"mini"}', 'invalid_value', 'messages'],
    ['{"model":"mini","messages":"hi"}', 'invalid_value', 'messages'],
    ['{"model":"mini","messages":[1]}', 'invalid_value', 'messages[0]'],
    [
      '{"model":"mini","messages":[{"role":"user","content":1}]}',
      'invalid_value',
      'messages[0].content',
    ],
  ])('refuses %s', async (body, code, param) => {
    await expectError(await post(body), 400, code, param);
  });

  it.each([
    ['stream', 'yes'],
    ['max_tokens', 0],
    ['max_tokens', 1.5],
    ['max_tokens', 1e12],
    ['max_completion_tokens', '5'],
    ['n', 0],
    ['stream_options', { include_usage: true }],
  ])('refuses a wrong "%s": %j', async (name, value) => {
    const body = { model: 'mini', messages: MESSAGES, [name]: value };
    await expectError(
      await post(JSON.stringify(body)),
      400,
      'invalid_value',
      name,
    );
  });

  it('refuses a body that is too deep', async () => {
    const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
    const body = `{"model":"mini","messages":[{"role":"user","content":""}],"x":${deep}}`;
    await expectError(await post(body), 400, 'invalid_json');
  });

  it('refuses a body that is too large, whether it says so or not', async () => {
    const large = Buffer.alloc(30_000, 0x20);
    await expectError(await post(large), 413, 'request_too_large');
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(large);
        controller.close();
      },
    });
    const answer = await mesh.call('/v1/chat/completions', {
      method: 'POST',
      duplex: 'half',
      headers: {
        'content-type': 'application/json',
        'x-api-key': mesh.key.secret,
      },
      body: chunked,
    });
    await expectError(answer, 413, 'request_too_large');
  });

  it('refuses what is no JSON', async () => {
    await expectError(
      await post('hello', { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
    );
  });

  it('refuses paths and methods that it does not have', async () => {
    await expectError(await mesh.call('/v2/chat'), 404, 'unknown_url');
    const answer = await mesh.call('/v1/chat/completions');
    expect(answer.headers.get('allow')).toBe('POST');
    await expectError(answer, 405, 'method_not_allowed');
  });

  it.each([
    ['GARBAGE\r\n\r\n', 'HTTP/1.1 400 ', 'malformed_request'],
    [
      `GET / HTTP/1.1\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`,
      'HTTP/1.1 431 ',
      'headers_too_large',
    ],
    [
      'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
      'HTTP/1.1 408 ',
      'request_timeout',
    ],
  ])('answers on the bare socket: %#', async (bytes, statusLine, code) => {
    const socket = net.connect(Number(new URL(mesh.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', chunk => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.write(bytes);
    await once(socket, 'close');
    expect(text).toContain(statusLine);
    expect(text).toContain(`"code":"${code}"`);
    expect(text).toContain('x-request-id: req_');
  });

  it('a provider that is not there: 502', async () => {
    const nobody = net.createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as net.AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const other = await startTestGateway({
      upstreamUrl: `http://127.0.0.1:${port}`,
    });
    await expect(
      other.client.chat.completions.create({
        model: 'mini',
        messages: MESSAGES,
      }),
    ).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
    await other.close();
    expect(other.controlPlane.records.size).toBe(0);
    expect(other.controlPlane.leasedPicoUsd).toBe(0n);
  });

  it('serves on in the lease it holds when the control plane is away, then says so', async () => {
    const other = await startTestGateway({
      upstreamUrl: simulator.url,
      sparePicoUsd: mesh.controlPlane.sparePicoUsd,
    });
    const call = (model: string) =>
      other.client.chat.completions.create({ model, messages: MESSAGES });
    await call('mini');
    other.controlPlane.outage = new Error('away');
    await call('mini');
    await expect(
      other.client.chat.completions.create({
        model: 'gpt-4o',
        messages: MESSAGES,
        n: 128,
      }),
    ).rejects.toMatchObject({ status: 503, code: 'budget_unavailable' });
    other.controlPlane.outage = undefined;
    await other.close();
    expect(other.controlPlane.records.size).toBe(2);
  });
});

import OpenAI from 'openai';
import { htmlAnswer, rawAnswer } from '../harness/rawAnswers';
import { failureOf, Mesh, until } from './__testUtils__/Mesh';

const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];
const ASK = { model: 'gpt-4o', messages: MESSAGES };
const FLAKY = { ...ASK, model: 'flaky' };

let mesh: Mesh;

beforeAll(async () => {
  mesh = await Mesh.start();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

const statuses = () => mesh.seen.map(({ status }) => status);

describe('errors in the real openai package', () => {
  it.each([
    {
      what: 'a key that is none',
      apiKey: () => 'sk-mesh-nonsense',
      type: OpenAI.AuthenticationError,
      expected: { status: 401, code: 'invalid_api_key', param: null },
    },
    {
      what: 'a key that has expired',
      apiKey: () => mesh.keys.expired.secret,
      type: OpenAI.AuthenticationError,
      expected: { status: 401, code: 'invalid_api_key' },
    },
    {
      what: 'a model of others',
      ask: { model: 'not-for-this-key' },
      type: OpenAI.PermissionDeniedError,
      expected: { status: 403, code: 'model_not_allowed' },
    },
    {
      what: 'a model that is none',
      ask: { model: 'nobody' },
      type: OpenAI.NotFoundError,
      expected: { status: 404, code: 'model_not_found' },
    },
    {
      what: 'a model of another kind',
      ask: { model: 'tts-1' },
      type: OpenAI.BadRequestError,
      expected: { status: 400, param: 'model' },
    },
    {
      what: 'a number of choices that is none',
      ask: { n: 0 },
      type: OpenAI.BadRequestError,
      expected: { status: 400, code: 'invalid_value', param: 'n' },
    },
    {
      what: 'a field that only the provider knows',
      ask: { temperature: 7 },
      type: OpenAI.BadRequestError,
      expected: { status: 400, param: 'temperature' },
    },
  ])(
    '$what is a $expected.status, sent once',
    async ({ what: _, ...given }) => {
      const { ask, apiKey, type, expected } = given;
      const client = mesh.openai({ apiKey: apiKey?.(), maxRetries: 3 });
      const error = await failureOf(
        client.chat.completions.create({ ...ASK, ...ask }),
      );
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({
        ...expected,
        type: expect.stringMatching(/_error$/),
        requestID: expect.stringMatching(/^req_/),
      });
      expect(mesh.seen).toHaveLength(1);
    },
  );

  it('an empty budget is a 429 that is not sent again', async () => {
    const poor = await Mesh.start({ budgetUsd: '0.000001' });
    const error = await failureOf(
      poor.openai({ maxRetries: 3 }).chat.completions.create(ASK),
    );
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
    const again = await failureOf(
      poor.anthropic({ maxRetries: 3 }).messages.create({
        ...ASK,
        max_tokens: 1000,
      }),
    );
    expect(again).toMatchObject({ status: 429, type: 'rate_limit_error' });
    expect(poor.seen).toHaveLength(2);
    expect(poor.seen[0].answerHeaders.get('x-should-retry')).toBe('false');
    expect(poor.simulator.received()).toEqual([]);
    await poor.close();
  });
});

describe('what the real clients send again by themselves', () => {
  it.each(['openai', 'anthropic'] as const)(
    '%s: a call over the limit, after as long as it is told to wait',
    async name => {
      const options = { apiKey: mesh.keys.single.secret, maxRetries: 2 };
      const call = () =>
        name === 'openai'
          ? mesh.openai(options).chat.completions.create(ASK)
          : mesh
              .anthropic(options)
              .messages.create({ ...ASK, max_tokens: 100 });
      mesh.simulator.gate.close();
      const first = call();
      await mesh.simulator.gate.waitForHeld(1);
      const second = call();
      await until(() => mesh.seen.length === 1);
      mesh.simulator.gate.open();
      await Promise.all([first, second]);
      expect(statuses().sort()).toEqual([200, 200, 429]);
      const refused = mesh.seen.find(({ status }) => status === 429);
      const repeated = mesh.seen.find(
        ({ headers }) => headers.get('x-stainless-retry-count') === '1',
      );
      const waitMs = Number(refused?.answerHeaders.get('retry-after-ms'));
      expect(waitMs).toBeGreaterThan(0);
      expect(refused?.answerHeaders.get('retry-after')).toMatch(/^\d+$/);
      expect(
        (repeated?.startedAtMs ?? 0) - (refused?.startedAtMs ?? Infinity),
      ).toBeGreaterThanOrEqual(waitMs - 5); // timers may fire a little early
    },
  );

  it('a call that the provider refused as one too many, after as long as the provider says', async () => {
    mesh.proxy.next({
      kind: 'answer',
      bytes: rawAnswer({
        status: '429 Too Many Requests',
        headers: ['content-type: application/json', 'retry-after-ms: 300'],
        body: '{"error":{"message":"provider-text-canary"}}',
      }),
      then: 'close',
    });
    const client = mesh.openai({ maxRetries: 2 });
    await client.chat.completions.create(FLAKY);
    expect(statuses()).toEqual([429, 200]);
    const [first, second] = mesh.seen;
    expect(first.answerHeaders.get('retry-after-ms')).toBe('300');
    expect(second.startedAtMs - first.startedAtMs).toBeGreaterThanOrEqual(295);
  });

  it('a call whose provider broke down', async () => {
    await mesh.proxy.cut();
    mesh.proxy.next({ kind: 'reset-before-answer' });
    const client = mesh.openai({ maxRetries: 2 });
    const completion = await client.chat.completions.create(FLAKY);
    expect(statuses()).toEqual([502, 200]);
    expect(await mesh.booked(completion._request_id)).toMatchObject({
      model: 'flaky',
    });
  });

  it('as often as it may, and then throws', async () => {
    const client = mesh.openai({ maxRetries: 1 });
    const error = await failureOf(
      client.chat.completions.create({
        ...ASK,
        metadata: { simulator_fault: 'error;status=500' },
      }),
    );
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({
      status: 502,
      code: 'upstream_error',
      type: 'server_error',
    });
    expect(statuses()).toEqual([502, 502]);
    expect(mesh.simulator.usage().failed).toBe(2);
  });

  it('throws at an answer that is none', async () => {
    await mesh.proxy.cut();
    mesh.proxy.next({ kind: 'answer', bytes: htmlAnswer(), then: 'close' });
    const error = await failureOf(mesh.openai().chat.completions.create(FLAKY));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 502, code: 'upstream_error' });
    expect(String(error)).not.toContain('<');
  });
});

import { once } from 'node:events';
import { countTokens } from '../tokens/tokenise';
import { expectSoon } from '../__testUtils__/expectSoon';
import { ask, startForTest } from '../__testUtils__/startForTest';

const CHAT = '/v1/chat/completions';

describe('faults', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  function askWith(fault: string, more: Record<string, unknown> = {}) {
    const headers = { 'x-simulator-fault': fault };
    return test.send(CHAT, { ...ask('Hello?'), ...more }, { headers });
  }

  it('rate-limit answers 429 and says when to come back', async () => {
    const { statusCode, headers, body } = await askWith(
      'rate-limit;retry-after=2',
    );

    expect(statusCode).toBe(429);
    expect(headers['retry-after']).toBe('2');
    expect(await body.json()).toMatchObject({
      error: { code: 'rate_limit_exceeded', type: 'requests' },
    });
  });

  it('error answers 500, or the status that is asked for', async () => {
    const plain = await askWith('error');
    const chosen = await askWith('error;status=503');

    expect(plain.statusCode).toBe(500);
    expect(await plain.body.json()).toMatchObject({
      error: { type: 'server_error' },
    });
    expect(chosen.statusCode).toBe(503);
    await chosen.body.dump();
    expect(test.simulator.usage()).toMatchObject({ totals: {}, failed: 2 });
  });

  it.each(['context-length', 'context-length;model=gpt-4o'])(
    '%s says that the prompt is too long',
    async fault => {
      const { statusCode, body } = await askWith(fault);

      expect(statusCode).toBe(400);
      expect(await body.json()).toMatchObject({
        error: {
          code: 'context_length_exceeded',
          type: 'invalid_request_error',
          param: 'messages',
        },
      });
    },
  );

  it('overloaded answers 503 and says when to come back', async () => {
    const { statusCode, headers, body } = await askWith(
      'overloaded;retry-after=3',
    );

    expect(statusCode).toBe(503);
    expect(headers['retry-after']).toBe('3');
    expect(await body.json()).toMatchObject({
      error: { type: 'server_error' },
    });
  });

  it('hang answers nothing until the client goes', async () => {
    const client = new AbortController();
    const headers = { 'x-simulator-fault': 'hang' };
    const call = test.send(CHAT, ask('Hello?'), {
      headers,
      signal: client.signal,
    });
    // An answer of another call, asked for later, shows that the hanging one had its turn.
    await test.openai.chat.completions.create(ask('Hello?'));
    client.abort();

    await expect(call).rejects.toThrow(/abort/i);
    await expectSoon(() => expect(test.simulator.usage().aborted).toBe(1));
  });

  it('hang stops a stream after some tokens', async () => {
    const { body } = await askWith('hang;after=3', { stream: true });
    const [first] = await once(body, 'data');

    expect(contentEvents(String(first))).toHaveLength(3);
    body.on('error', () => {}).destroy();
    await expectSoon(() => expect(test.simulator.usage().aborted).toBe(1));
  });

  it('cut breaks a stream after some tokens, and does not bill it', async () => {
    const { body } = await askWith('cut;after=5', { stream: true });
    let received = '';
    const reading = (async () => {
      for await (const chunk of body) received += chunk;
    })();

    await expect(reading).rejects.toThrow();
    expect(contentEvents(received)).toHaveLength(5);
    expect(received).not.toContain('[DONE]');
    expect(test.simulator.usage()).toMatchObject({ totals: {}, aborted: 1 });
  });

  it('cut breaks a whole answer half way', async () => {
    const { statusCode, body } = await askWith('cut');

    expect(statusCode).toBe(200);
    await expect(body.text()).rejects.toThrow();
  });

  it('malformed sends JSON that ends too early', async () => {
    const whole = await askWith('malformed');
    const stream = await askWith('malformed', { stream: true });

    const text = await whole.body.text();
    expect(() => JSON.parse(text)).toThrow();
    expect(whole.statusCode).toBe(200);
    const broken = eventsOf(await stream.body.text()).filter(
      event => event !== '[DONE]' && !isJson(event),
    );
    expect(broken).toHaveLength(1);
    expect(test.simulator.usage()).toMatchObject({ totals: {}, failed: 2 });
  });

  it('html answers like a proxy in between', async () => {
    const { statusCode, headers, body } = await askWith('html');

    expect(statusCode).toBe(502);
    expect(headers['content-type']).toBe('text/html');
    expect(await body.text()).toContain('<html>');
  });

  it("content-filter refuses a prompt in Azure's words", async () => {
    const { statusCode, body } = await askWith('content-filter');

    expect(statusCode).toBe(400);
    expect(await body.json()).toMatchObject({
      error: {
        code: 'content_filter',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    });
  });

  it('content-filter stops an answer half way, and bills what was said', async () => {
    const { body } = await askWith('content-filter;stage=answer');
    const answer = (await body.json()) as {
      choices: { finish_reason: string; message: { content: string } }[];
      usage: { completion_tokens: number };
    };

    const [choice] = answer.choices;
    const { totals } = test.simulator.usage();
    expect(choice.finish_reason).toBe('content_filter');
    expect(answer.usage.completion_tokens).toBe(
      countTokens(choice.message.content),
    );
    expect(totals['gpt-4o'].completionTokens).toBe(
      answer.usage.completion_tokens,
    );
  });

  it('ignore-max-tokens says more than was allowed, and bills it', async () => {
    const { body } = await askWith('ignore-max-tokens', { max_tokens: 200 });
    const answer = (await body.json()) as {
      choices: { finish_reason: string; message: { content: string } }[];
      usage: { completion_tokens: number };
    };

    expect(answer.usage.completion_tokens).toBeGreaterThanOrEqual(220);
    expect(countTokens(answer.choices[0].message.content)).toBe(
      answer.usage.completion_tokens,
    );
  });

  it('no-usage leaves the usage out, whole and streamed, and bills it all the same', async () => {
    const whole = await askWith('no-usage');
    const stream = await askWith('no-usage', {
      stream: true,
      stream_options: { include_usage: true },
    });

    expect(await whole.body.json()).not.toHaveProperty('usage');
    expect(await stream.body.text()).not.toContain('usage');
    expect(test.simulator.usage().totals['gpt-4o'].requests).toBe(2);
  });

  it('takes the wish from metadata, where headers do not get through', async () => {
    const { statusCode, body } = await test.send(CHAT, {
      ...ask('Hello?'),
      metadata: { simulator_fault: 'error;status=529' },
    });

    expect(statusCode).toBe(529);
    await body.dump();
  });

  it('refuses a wish that it cannot read', async () => {
    const { statusCode, body } = await askWith('explode');

    expect(statusCode).toBe(400);
    expect(await body.json()).toMatchObject({
      error: {
        param: 'simulator_fault',
        message: expect.stringContaining('rate-limit, overloaded, error'),
      },
    });
  });

  it('strikes embeddings too', async () => {
    const { statusCode, body } = await test.send(
      '/v1/embeddings',
      { model: 'text-embedding-3-small', input: 'Hello' },
      { headers: { 'x-simulator-fault': 'rate-limit' } },
    );

    expect(statusCode).toBe(429);
    await body.dump();
  });
});

describe('a client that goes away', () => {
  it('is not billed', async () => {
    const test = await startForTest({ betweenTokensMs: 20 });
    try {
      const { body } = await test.send(CHAT, {
        ...ask('Hello?'),
        stream: true,
      });
      await once(body, 'data');
      body.on('error', () => {}).destroy();

      await expectSoon(() =>
        expect(test.simulator.usage()).toMatchObject({
          totals: {},
          aborted: 1,
          requests: [{ outcome: 'aborted', model: 'gpt-4o' }],
        }),
      );
    } finally {
      await test.close();
    }
  });
});

function eventsOf(stream: string): string[] {
  return stream
    .split('\n\n')
    .filter(event => event !== '')
    .map(event => event.replace(/^data: /, ''));
}

function contentEvents(stream: string): string[] {
  return eventsOf(stream).filter(event => /"content":"[^"]/.test(event));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

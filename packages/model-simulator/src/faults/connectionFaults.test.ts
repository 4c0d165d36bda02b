import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { expectSoon } from '../__testUtils__/expectSoon';
import { readEvents } from '../__testUtils__/readEvents';
import { ask, startForTest } from '../__testUtils__/startForTest';
import { BOMB_BYTES } from './gzipBomb';

const ROUTES: [path: string, request: Record<string, unknown>][] = [
  ['/v1/chat/completions', ask('Hello?')],
  ['/v1/completions', { model: 'gpt-4o', prompt: 'Hello?' }],
  ['/v1/responses', { model: 'gpt-4o', input: 'Hello?' }],
  ['/v1/messages', { ...ask('Hello?'), max_tokens: 100 }],
];
/** An event that brings a token, in any of the APIs. */
const TOKEN = /"content":"[^"]|"text":"[^"]|\.delta"|"text_delta"/;

describe('faults of the connection', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  function askWith(
    fault: string | undefined,
    path: string,
    request: Record<string, unknown>,
  ) {
    const headers = {
      ...(fault !== undefined && { 'x-simulator-fault': fault }),
      'anthropic-version': '2023-06-01',
    };
    return test.send(path, request, { headers });
  }

  async function readUntilBroken(body: AsyncIterable<unknown>) {
    let received = '';
    try {
      for await (const chunk of body) received += chunk;
    } catch (error) {
      return { received, error };
    }
    throw new Error('the connection was not broken');
  }

  describe.each(ROUTES)('at %s', (path, request) => {
    it('reset answers no byte', async () => {
      await expect(askWith('reset', path, request)).rejects.toMatchObject({
        code: 'ECONNRESET',
      });
      await expectSoon(() =>
        expect(test.simulator.usage()).toMatchObject({
          totals: {},
          aborted: 1,
        }),
      );
    });

    it('reset breaks a whole answer half way', async () => {
      const { body } = await askWith('reset;after=0', path, request);
      const { error } = await readUntilBroken(body);

      expect(error).toMatchObject({ code: 'ECONNRESET' });
    });

    it.each(['cut;after=3', 'reset;after=3'])(
      '%s breaks a stream after so many tokens, and does not bill it',
      async fault => {
        const { body } = await askWith(fault, path, {
          ...request,
          stream: true,
        });
        const { received } = await readUntilBroken(body);

        const tokens = readEvents(received).filter(({ data }) =>
          TOKEN.test(data),
        );
        expect(tokens).toHaveLength(3);
        await expectSoon(() =>
          expect(test.simulator.usage()).toMatchObject({
            totals: {},
            aborted: 1,
          }),
        );
      },
    );

    it('malformed sends one event that ends too early', async () => {
      const { body } = await askWith('malformed', path, {
        ...request,
        stream: true,
      });
      const events = readEvents(await body.text());

      const broken = events.filter(
        ({ data }) => data !== '[DONE]' && !isJson(data),
      );
      expect(broken).toHaveLength(1);
    });

    it.each([false, true])(
      'trickle sends the same bytes one by one (stream: %s)',
      async stream => {
        const asked = { ...request, stream };
        const { headers, body } = await askWith('trickle;ms=0', path, asked);
        const plain = await askWith(undefined, path, asked);
        const bytes = withoutIds(await body.text());

        expect(headers['content-type']).toBe(plain.headers['content-type']);
        expect(bytes).toBe(withoutIds(await plain.body.text()));
      },
    );

    it('gzip-bomb is small, and inflates to 100 MB', async () => {
      const { headers, body } = await askWith('gzip-bomb', path, request);
      let inflated = 0;
      for await (const chunk of body.pipe(createGunzip())) {
        inflated += chunk.length;
      }

      expect(headers['content-encoding']).toBe('gzip');
      expect(Number(headers['content-length'])).toBeLessThan(200_000);
      expect(inflated).toBe(BOMB_BYTES);
      expect(test.simulator.usage()).toMatchObject({ totals: {}, failed: 1 });
    });

    it('many-headers sends more than a client should read', async () => {
      await expect(
        askWith('many-headers', path, request),
      ).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_OVERFLOW' });
      await expectSoon(() => {
        const { aborted, failed, totals } = test.simulator.usage();
        expect(aborted + failed).toBe(1);
        expect(totals).toEqual({});
      });
    });
  });

  it('trickle waits between bytes, and ends when the client goes', async () => {
    const client = new AbortController();
    const { body } = await test.send('/v1/chat/completions', ask('Hello?'), {
      headers: { 'x-simulator-fault': 'trickle;ms=10' },
      signal: client.signal,
    });
    const startMs = performance.now();
    let bytes = 0;
    await expect(async () => {
      for await (const chunk of body) {
        bytes += chunk.length;
        if (bytes >= 5) client.abort();
      }
    }).rejects.toThrow(/abort/i);

    // A timer may fire up to a millisecond early.
    expect(performance.now() - startMs).toBeGreaterThan(4 * 9);
    await expectSoon(() => expect(test.simulator.usage().aborted).toBe(1));
  });

  it('many-headers are ten thousand', async () => {
    const received = await talk('many-headers');

    expect(received.match(/^x-simulator-\d+: /gm)).toHaveLength(10_000);
  });

  it('extra-response sends a second answer on the same connection', async () => {
    const received = await talk('extra-response');

    const heads = received.match(/HTTP\/1\.1 200 OK\r\n/g);
    expect(heads).toHaveLength(2);
    expect(received.indexOf('nobody')).toBeGreaterThan(
      received.indexOf('"finish_reason":"stop"'),
    );
    expect(test.simulator.usage().totals['gpt-4o'].requests).toBe(1);
  });

  /** All bytes that come back for one chat, without a client that may refuse them. */
  async function talk(fault: string): Promise<string> {
    const body = JSON.stringify(ask('Hello?'));
    const socket = connect(test.simulator.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: simulator\r\nconnection: close\r\nx-simulator-fault: ${fault}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return readText(socket);
  }
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What differs from sending to sending: the id of the answer, and the second of its making. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replaceAll(/"created(_at)?":\d+/g, '"created":0');
}

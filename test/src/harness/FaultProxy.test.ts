import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { FaultProxy } from './FaultProxy';
import {
  garbage,
  gzipBombAnswer,
  htmlAnswer,
  manyHeadersAnswer,
  rawAnswer,
  twoAnswers,
} from './rawAnswers';

const ANSWER = 'an answer of the upstream. '.repeat(20);

describe('FaultProxy', () => {
  let upstream: Server;
  let upstreamRequests = 0;
  let proxy: FaultProxy;
  let client: Agent;

  beforeAll(async () => {
    upstream = createServer((incoming, response) => {
      upstreamRequests += 1;
      incoming.resume();
      incoming.on('end', () => response.end(ANSWER));
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
  });

  beforeEach(async () => {
    const { port } = upstream.address() as AddressInfo;
    proxy = await FaultProxy.start({ upstreamUrl: `http://127.0.0.1:${port}` });
    client = new Agent({ connections: 1 });
    upstreamRequests = 0;
  });

  afterEach(async () => {
    await client.destroy();
    await proxy.stop();
  });

  afterAll(() => {
    upstream.close();
    upstream.closeAllConnections();
  });

  async function call(body = 'a question'): Promise<string> {
    const answer = await request(proxy.url, {
      method: 'POST',
      body,
      dispatcher: client,
    });
    return `${answer.statusCode} ${await answer.body.text()}`;
  }

  it('passes what it is not told to break, large bodies too, on one connection', async () => {
    expect(await call()).toBe(`200 ${ANSWER}`);
    expect(await call('x'.repeat(5_000_000))).toBe(`200 ${ANSWER}`);
    expect(proxy.connections).toHaveLength(1);
    expect(proxy.openCount).toBe(1);
    expect(proxy.connections[0].requestBytes).toBeGreaterThan(5_000_000);
  });

  it('resets before the answer, and only the connections it is told to', async () => {
    proxy.next(
      { kind: 'reset-before-answer' },
      { kind: 'reset-before-answer' },
    );
    await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(upstreamRequests).toBe(0);
    expect(await call()).toBe(`200 ${ANSWER}`);
    expect(proxy.connections).toHaveLength(3);
  });

  it.each([
    ['reset', 'ECONNRESET'],
    ['close', 'UND_ERR_SOCKET'],
  ] as const)(
    'ends by a %s after exactly so many bytes of the answer',
    async (by, code) => {
      proxy.next({ kind: 'end-inside', afterBytes: 300, by });
      const { statusCode, body } = await request(proxy.url, {
        dispatcher: client,
      });
      expect(statusCode).toBe(200);
      await expect(body.text()).rejects.toMatchObject({ code });
      expect(proxy.connections[0].answerBytes).toBe(300);
      await proxy.until(() => proxy.openCount === 0);
    },
  );

  it('lets an answer trickle', async () => {
    proxy.next({ kind: 'trickle', bytes: 20, intervalMs: 1 });
    expect(await call()).toBe(`200 ${ANSWER}`);
    expect(await call()).toBe(`200 ${ANSWER}`);
    expect(proxy.connections).toHaveLength(1);
  });

  it('hangs until it is cut', async () => {
    proxy.next({ kind: 'hang' });
    const failure = call().catch(error => error);
    await proxy.until(() => proxy.connections[0]?.requestBytes > 0);
    expect(proxy.connections[0].answerBytes).toBe(0);
    await proxy.cut();
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.openCount).toBe(0);
    expect(upstreamRequests).toBe(0);
  });

  it('refuses connections, and accepts them again on the same port', async () => {
    proxy.refuse();
    await expect(call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.accept();
    expect(await call()).toBe(`200 ${ANSWER}`);
  });

  it('holds everything back while it is paused', async () => {
    await call();
    proxy.pause();
    let isAnswered = false;
    const answer = call().then(text => {
      isAnswered = true;
      return text;
    });
    // another connection, whose bytes are held back, too
    const other = new Agent();
    const second = request(proxy.url, { dispatcher: other });
    await proxy.until(() => proxy.connections.length === 2);
    expect(isAnswered).toBe(false);
    expect(upstreamRequests).toBe(1);
    proxy.resume();
    expect(await answer).toBe(`200 ${ANSWER}`);
    expect(await (await second).body.text()).toBe(ANSWER);
    await other.destroy();
  });

  it('sends bytes that nobody asked for', async () => {
    await call();
    const closed = once(client, 'disconnect');
    proxy.inject(rawAnswer({ body: '"of somebody else"' }));
    await closed;
    expect(await call()).toBe(`200 ${ANSWER}`);
    expect(proxy.connections).toHaveLength(2);
  });

  it.each([
    ['a page', htmlAnswer(), '200 <!doctype html>'],
    ['no HTTP', garbage(), 'HTTPParserError'],
    ['10,000 headers', manyHeadersAnswer(10_000), 'HeadersOverflowError'],
    [
      'two answers',
      twoAnswers(rawAnswer({ body: 'one' }), rawAnswer({ body: 'two' })),
      '200 one',
    ],
  ])('answers with %s in place of the upstream', async (_name, bytes, seen) => {
    proxy.next({ kind: 'answer', bytes, then: 'keep' });
    expect(await call().catch(String)).toMatch(seen);
    expect(upstreamRequests).toBe(0);
  });

  it('makes a small body of a large one', () => {
    expect(gzipBombAnswer(10_000_000).length).toBeLessThan(20_000);
  });
});

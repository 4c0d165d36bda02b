import { once } from 'node:events';
import { createServer, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { DemoTraffic } from './DemoTraffic';

const KEY =
  'sk-mesh-demo00000000-openOnlyTheDemoWithThisKeyAndNothingElse2Woue5';
const PAUSES = { betweenMs: [0, 1] as [number, number], afterFailureMs: 1 };

let server: Server;
let traffic: DemoTraffic | undefined;

afterEach(async () => {
  await traffic?.stop();
  traffic = undefined;
  server.closeAllConnections();
  server.close();
});

/** A gateway that answers every call with `status`, or never when it is undefined. */
async function listen(status: number | undefined) {
  const calls: IncomingMessage[] = [];
  const seen = Promise.withResolvers<void>();
  server = createServer((incoming, response) => {
    calls.push(incoming);
    if (calls.length === 3 || status === undefined) seen.resolve();
    incoming.resume();
    if (status !== undefined) response.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, calls, seen: seen.promise };
}

function start(baseUrl: string) {
  const logger = mockServices.logger.mock();
  traffic = new DemoTraffic({ baseUrl, key: KEY, logger, pauses: PAUSES });
  traffic.start();
  traffic.start(); // a second start adds no second stream of calls
  return logger;
}

it('calls the gateway with the demo key, again and again', async () => {
  const gateway = await listen(200);
  start(gateway.baseUrl);
  await gateway.seen;
  for (const call of gateway.calls) {
    expect(call.url).toMatch(/^\/v1\/(chat\/completions|embeddings)$/);
    expect(call.headers.authorization).toBe(`Bearer ${KEY}`);
  }
});

it.each([401, 429, 503])('goes on quietly after status %i', async status => {
  const gateway = await listen(status);
  const logger = start(gateway.baseUrl);
  await gateway.seen;
  expect(logger.warn).not.toHaveBeenCalled();
  expect(logger.error).not.toHaveBeenCalled();
});

it('stops at once in the middle of a call', async () => {
  const gateway = await listen(undefined);
  start(gateway.baseUrl);
  await gateway.seen;
  await traffic?.stop();
  expect(gateway.calls).toHaveLength(1);
});

it('survives a gateway that is not there, and never logs the key', async () => {
  const gateway = await listen(200);
  server.close();
  const tried = Promise.withResolvers<void>();
  const logger = mockServices.logger.mock();
  logger.debug.mockImplementation(() => tried.resolve());
  traffic = new DemoTraffic({
    baseUrl: gateway.baseUrl,
    key: KEY,
    logger,
    pauses: PAUSES,
  });
  traffic.start();
  await tried.promise;
  await traffic.stop();
  expect(JSON.stringify(logger.debug.mock.calls)).not.toContain('sk-mesh');
});

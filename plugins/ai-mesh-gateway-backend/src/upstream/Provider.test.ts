import http, { RequestListener } from 'node:http';
import { once } from 'node:events';
import net, { AddressInfo, LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TokenCredential } from '@azure/identity';
import { RefusedAddressError } from './checkedLookup';
import {
  Provider,
  ProviderOptions,
  ProviderServices,
  UpstreamHandler,
  UpstreamRequest,
} from './Provider';

// only a provider that is asked for Entra ID's tokens may load this, and here none of them is
jest.mock('@azure/identity', () => {
  throw new Error('Azure’s library was loaded');
});

const LIMITS = {
  connectTimeoutMs: 1000,
  headersTimeoutMs: 1000,
  idleTimeoutMs: 1000,
};
const REQUEST: UpstreamRequest = {
  target: { providerModel: 'my deployment' },
  upstreamPath: '/chat/completions',
  requestId: 'req_1',
  body: Buffer.from('{"a":1}'),
};

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Listens on 127.0.0.1 until the test is over. */
async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function serve(answer: RequestListener): Promise<number> {
  return listen(http.createServer(answer));
}

function open(options: ProviderOptions, services: ProviderServices = {}) {
  const provider = new Provider(options, LIMITS, services);
  closers.push(() => provider.close());
  return provider;
}

/** A provider without a key, at a port of this machine. */
function openAt(port: number): Provider {
  return open({
    type: 'openai-compatible',
    baseUrl: `http://127.0.0.1:${port}`,
    allowPrivateAddress: true,
  });
}

/** Sends a call and waits for the status of its answer. */
function send(
  provider: Provider,
  changes: Partial<UpstreamRequest> = {},
  handler: Partial<UpstreamHandler> = {},
) {
  return new Promise<number>((resolve, reject) => {
    let answered = 0;
    provider.send(
      { ...REQUEST, ...changes },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => {
          answered = status;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(answered),
        onResponseError: (_controller, error) => reject(error),
        ...handler,
      },
    );
  });
}

/** What a provider sees of a call: all of it, but for what concerns the connection. */
async function seenBy(
  options: Omit<ProviderOptions, 'baseUrl'>,
  sent: {
    path?: string;
    request?: Partial<UpstreamRequest>;
    services?: ProviderServices;
  } = {},
) {
  let seen: object = {};
  const port = await serve(async (request, response) => {
    const { host, connection, ...headers } = request.headers;
    seen = { url: request.url, headers, body: await text(request) };
    response.end('{}');
  });
  const baseUrl = `http://127.0.0.1:${port}${sent.path ?? ''}`;
  const provider = open(
    { ...options, baseUrl, allowPrivateAddress: true },
    sent.services,
  );
  await send(provider, sent.request);
  return { protocol: provider.protocol, ...seen };
}

const HEADERS = {
  'content-type': 'application/json',
  'content-length': '7',
  'user-agent': 'sovereign-ai-mesh-gateway',
  'x-request-id': 'req_1',
};

describe('a call to a provider', () => {
  it('of OpenAI has its path and key, says who asks, and carries nothing else', async () => {
    await expect(
      seenBy({ type: 'openai', apiKey: 'own-key' }, { path: '/v1/' }),
    ).resolves.toEqual({
      protocol: 'openai',
      url: '/v1/chat/completions',
      headers: { ...HEADERS, authorization: 'Bearer own-key' },
      body: '{"a":1}',
    });
  });

  it('of an OpenAI-compatible server needs no key, and may need headers', async () => {
    await expect(
      seenBy({
        type: 'openai-compatible',
        headers: { 'X-Tenant': 'halden', Authorization: 'Basic abc' },
      }),
    ).resolves.toMatchObject({
      protocol: 'openai',
      url: '/chat/completions',
      headers: { ...HEADERS, 'x-tenant': 'halden', authorization: 'Basic abc' },
    });
  });

  it.each(['', '/', '/v1'])(
    'of Anthropic at "%s" has its own path, key header and version',
    async path => {
      await expect(
        seenBy({ type: 'anthropic', apiKey: 'own-key' }, { path }),
      ).resolves.toEqual({
        protocol: 'anthropic',
        url: '/v1/messages',
        headers: {
          ...HEADERS,
          'x-api-key': 'own-key',
          'anthropic-version': '2023-06-01',
        },
        body: '{"a":1}',
      });
    },
  );

  it.each([
    [
      {},
      '/chat/completions',
      '/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21',
    ],
    [
      { apiVersion: '2025-04-01-preview' },
      '/audio/transcriptions',
      '/openai/deployments/my%20deployment/audio/transcriptions?api-version=2025-04-01-preview',
    ],
    [
      { apiVersion: '2025-04-01-preview' },
      '/responses',
      '/openai/responses?api-version=2025-04-01-preview',
    ],
    [
      { api: 'v1' as const },
      '/chat/completions',
      '/openai/v1/chat/completions',
    ],
    [
      { api: 'v1' as const, apiVersion: 'preview' },
      '/responses',
      '/openai/v1/responses?api-version=preview',
    ],
  ])(
    'of Azure OpenAI with %j for %s goes to %s',
    async (options, upstreamPath, url) => {
      for (const path of ['', '/openai', '/openai/v1/']) {
        await expect(
          seenBy(
            { type: 'azure-openai', apiKey: 'own-key', ...options },
            { path, request: { upstreamPath } },
          ),
        ).resolves.toEqual({
          protocol: 'openai',
          url,
          headers: { ...HEADERS, 'api-key': 'own-key' },
          body: '{"a":1}',
        });
      }
    },
  );

  it('may carry something other than JSON', async () => {
    const contentType = 'multipart/form-data; boundary=x';
    await expect(
      seenBy({ type: 'openai', apiKey: 'k' }, { request: { contentType } }),
    ).resolves.toMatchObject({ headers: { 'content-type': contentType } });
  });
});

describe('a provider with Entra ID', () => {
  const azure = (port: number): ProviderOptions => ({
    type: 'azure-openai',
    baseUrl: `http://127.0.0.1:${port}`,
    allowPrivateAddress: true,
    entra: {},
  });

  it('sends the token, which all of its calls share', async () => {
    const seen: unknown[] = [];
    const port = await serve(({ headers }, response) => {
      seen.push([headers.authorization, headers['api-key']]);
      response.end('{}');
    });
    let fetches = 0;
    const credential: TokenCredential = {
      getToken: async () => {
        fetches += 1;
        return { token: 'entra', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const provider = open(azure(port), { credential });
    await Promise.all(Array.from({ length: 20 }, () => send(provider)));
    await send(provider);
    expect(fetches).toBe(1);
    expect(seen).toEqual(Array(21).fill(['Bearer entra', undefined]));
  });

  it('sends nothing when there is no token, and tells the call so', async () => {
    let requests = 0;
    const port = await serve((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    const credential: TokenCredential = {
      getToken: async () => {
        throw new Error('secret-canary');
      },
    };
    await expect(send(open(azure(port), { credential }))).rejects.toThrow(
      /^Cannot get an access token from Entra ID: Error$/,
    );
    expect(requests).toBe(0);
  });

  it('sends nothing for a caller who left while the token was fetched', async () => {
    let requests = 0;
    const port = await serve((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    const token = Promise.withResolvers<{
      token: string;
      expiresOnTimestamp: number;
    }>();
    const credential: TokenCredential = { getToken: () => token.promise };
    const provider = open(azure(port), { credential });
    const left = new Error('left');
    const ended = send(provider, undefined, {
      onRequestStart: controller => controller.abort(left),
    });
    token.resolve({ token: 't', expiresOnTimestamp: Date.now() + 3_600_000 });
    await expect(ended).rejects.toBe(left);
    await send(provider);
    expect(requests).toBe(1);
  });
});

describe('the address of a provider', () => {
  /** A name server that has `answers` for every name. */
  const resolvingTo =
    (...answers: string[]): LookupFunction =>
    (_hostname, options, callback) => {
      const [address] = answers;
      if (!options.all) callback(null, address, 4);
      else
        callback(
          null,
          answers.map(each => ({ address: each, family: 4 })),
        );
    };

  /** A server that should not be reached, and how often it was. */
  async function hidden() {
    let connections = 0;
    const server = http.createServer((_request, response) =>
      response.end('{}'),
    );
    server.on('connection', () => {
      connections += 1;
    });
    return { port: await listen(server), connections: () => connections };
  }

  it.each([
    ['http', '127.0.0.1'],
    ['https', '127.0.0.1'],
    ['http', '::ffff:127.0.0.1'],
  ])('is checked when its %s name leads to %s', async (protocol, address) => {
    const { port, connections } = await hidden();
    const provider = open(
      {
        type: 'openai-compatible',
        baseUrl: `${protocol}://models.example.com:${port}`,
      },
      { lookup: resolvingTo(address) },
    );
    await expect(send(provider)).rejects.toThrow(RefusedAddressError);
    expect(connections()).toBe(0);
  });

  it('is checked again at each connection, as a name may change', async () => {
    const { port, connections } = await hidden();
    const answers = [resolvingTo('127.0.0.1'), resolvingTo('169.254.169.254')];
    const provider = open(
      {
        type: 'openai-compatible',
        baseUrl: `http://models.example.com:${port}`,
        allowPrivateAddress: true,
        headers: { connection: 'close' }, // a new connection for each call
      },
      { lookup: (...query) => answers.shift()?.(...query) },
    );
    await expect(send(provider)).resolves.toBe(200);
    await expect(send(provider)).rejects.toThrow(
      '169.254.169.254 is a metadata address of a cloud',
    );
    expect(connections()).toBe(1);
  });

  it.each([
    ['http://127.0.0.1:1', false],
    ['http://[::1]:1', false],
    ['http://localhost:1', false],
    ['http://169.254.169.254', true],
  ])('%s is refused at once', (baseUrl, allowPrivateAddress) => {
    expect(() =>
      open({ type: 'openai-compatible', baseUrl, allowPrivateAddress }),
    ).toThrow('Cannot use the baseUrl of a provider: expected ');
  });

  it('is the only one: a redirect is an answer, and is not followed', async () => {
    const { port, connections } = await hidden();
    const location = `http://127.0.0.1:${port}/`;
    const redirecting = await serve((_request, response) =>
      response.writeHead(307, { location }).end(),
    );
    await expect(send(openAt(redirecting))).resolves.toBe(307);
    expect(connections()).toBe(0);
  });
});

describe('an answer with absurd headers', () => {
  /** Answers whatever comes with `head`, and goes on with `more` as long as the other side listens. */
  function serveRaw(head: string, more: string): Promise<number> {
    return listen(
      net.createServer(socket => {
        socket.on('error', () => undefined); // it is cut off, which is the point
        socket.once('data', () => {
          socket.write(head);
          const pour = () => {
            while (!socket.destroyed && socket.write(more));
          };
          socket.on('drain', pour);
          pour();
        });
      }),
    );
  }

  it.each([
    ['10,000 of them', 'x-a: b\r\n'.repeat(100)],
    ['one without an end', 'x'.repeat(1000)],
  ])('is cut off: %s', async (_name, more) => {
    const port = await serveRaw('HTTP/1.1 200 OK\r\nx-a: ', more);
    await expect(send(openAt(port))).rejects.toMatchObject({
      code: 'UND_ERR_HEADERS_OVERFLOW',
    });
  });
});

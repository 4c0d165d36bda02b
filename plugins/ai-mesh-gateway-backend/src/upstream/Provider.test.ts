import http from 'node:http';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Answer } from './Answer';
import { Provider, ProviderOptions } from './Provider';
import { UpstreamCall } from './UpstreamCall';

const LIMITS = {
  connectTimeoutMs: 1000,
  headersTimeoutMs: 1000,
  idleTimeoutMs: 1000,
};
const TARGET = {
  id: 'gpt@azure',
  provider: 'azure',
  providerModel: 'my deployment',
  priceVersionId: 'price',
  rates: { input: undefined, cachedInput: undefined, output: undefined },
};

/** What a provider sees of a call. */
async function seenBy(options: Omit<ProviderOptions, 'baseUrl'>, path = '') {
  let seen: object = {};
  const server = http.createServer(async (request, response) => {
    const { authorization, 'api-key': apiKey } = request.headers;
    seen = {
      url: request.url,
      authorization,
      apiKey,
      requestId: request.headers['x-request-id'],
      encoding: request.headers['accept-encoding'],
      body: await text(request),
    };
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}${path}`;
  const provider = new Provider({ ...options, baseUrl }, LIMITS);
  await new Promise<Answer>((resolve, reject) =>
    provider.send(
      {
        target: TARGET,
        upstreamPath: '/chat/completions',
        requestId: 'req_1',
        body: Buffer.from('{"a":1}'),
      },
      new UpstreamCall(resolve, reject),
    ),
  );
  await provider.close();
  server.close();
  return seen;
}

it('calls OpenAI with its own key, and says who asks', async () => {
  await expect(
    seenBy({ type: 'openai', apiKey: 'own-key' }, '/v1/'),
  ).resolves.toEqual({
    url: '/v1/chat/completions',
    authorization: 'Bearer own-key',
    apiKey: undefined,
    requestId: 'req_1',
    encoding: 'identity',
    body: '{"a":1}',
  });
});

it('calls an Azure OpenAI deployment', async () => {
  await expect(
    seenBy({
      type: 'azure-openai',
      apiKey: 'own-key',
      apiVersion: '2025-01-01',
    }),
  ).resolves.toMatchObject({
    url: '/openai/deployments/my%20deployment/chat/completions?api-version=2025-01-01',
    authorization: undefined,
    apiKey: 'own-key',
  });
});

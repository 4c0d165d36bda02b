import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { request } from 'undici';
import { serveControlPlane } from './__testUtils__/serveControlPlane';
import {
  TEST_HASH_SECRET,
  testSnapshot,
  waitFor,
} from './__testUtils__/startTestGateway';
import { MemoryControlPlane } from './link/MemoryControlPlane';
import { meshGatewayPlugin } from './plugin';

describe('the plugin in a backend', () => {
  let dataDirectory: string;

  beforeEach(() => {
    dataDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-'));
  });

  afterEach(() => fs.rmSync(dataDirectory, { recursive: true, force: true }));

  async function freePort(): Promise<number> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  function configuration(port: number, gateway: object = {}) {
    return mockServices.rootConfig.factory({
      data: {
        aiMesh: { keys: { hashSecret: TEST_HASH_SECRET } },
        aiMeshGateway: {
          listen: { host: '127.0.0.1', port },
          dataDirectory,
          limits: { lingerMs: 1 }, // these tests do not wait for their own idle connections
          ...gateway,
        },
      },
    });
  }

  it('serves with the snapshot of the control plane, tells its state, and ends in order', async () => {
    const key = generateKey();
    const controlPlane = new MemoryControlPlane({
      snapshot: testSnapshot(key),
      budgetPicoUsd: parseUsd('1'),
    });
    const served = await serveControlPlane(controlPlane);
    const port = await freePort();
    const backend = await startTestBackend({
      features: [
        meshGatewayPlugin,
        configuration(port),
        mockServices.discovery.mock({ getBaseUrl: async () => served.url })
          .factory,
      ],
    });
    const origin = `http://127.0.0.1:${port}`;
    const statusOf = async (url: string, headers?: Record<string, string>) => {
      const answer = await request(url, { headers });
      return {
        statusCode: answer.statusCode,
        body: JSON.parse(await answer.body.text()),
      };
    };
    await expect(statusOf(`${origin}/healthz`)).resolves.toMatchObject({
      statusCode: 200,
    });
    const statusUrl = `http://127.0.0.1:${backend.server.port()}/api/ai-mesh-gateway/v1/status`;
    const authorization = mockCredentials.user.header();
    let isReady = false;
    while (!isReady) {
      isReady = (await statusOf(`${origin}/readyz`)).statusCode === 200;
    }
    await expect(statusOf(statusUrl, { authorization })).resolves.toMatchObject(
      {
        statusCode: 200,
        body: {
          ready: true,
          replicaId: expect.stringMatching(/^gateway-/),
          snapshotVersion: 'snapshot-1',
          undeliveredRecords: 0,
        },
      },
    );
    await expect(
      statusOf(statusUrl, { authorization: mockCredentials.none.header() }),
    ).resolves.toMatchObject({ statusCode: 401 });
    await expect(
      statusOf(`${origin}/v1/models`, { 'api-key': key.secret }),
    ).resolves.toMatchObject({ statusCode: 200, body: { object: 'list' } });
    await backend.stop();
    await expect(request(`${origin}/healthz`)).rejects.toThrow();
    await served.close();
  });

  it('says which port is taken, and what to do', async () => {
    const taken = http.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expect(
      startTestBackend({ features: [meshGatewayPlugin, configuration(port)] }),
    ).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: another program uses it. Stop that program, or set aiMeshGateway.listen.port to a free port.`,
    );
    taken.close();
  });

  it.each([
    [
      { providers: { x: { type: 'bedrock', baseUrl: 'http://x' } } },
      'Cannot use aiMeshGateway.providers.x.type',
    ],
    [
      { providers: { x: { type: 'openai', baseUrl: 'x' } } },
      'Cannot use aiMeshGateway.providers.x.baseUrl',
    ],
    [{ limits: { bodyByte: 1 } }, 'Cannot use aiMeshGateway.limits.bodyByte'],
    [{ limits: { bodyBytes: 0 } }, 'Cannot use aiMeshGateway.limits.bodyBytes'],
  ])('names what is wrong in %j', async (gateway, message) => {
    await expect(
      startTestBackend({
        features: [meshGatewayPlugin, configuration(0, gateway)],
      }),
    ).rejects.toThrow(message);
  });

  it('serves with its last snapshot when the control plane is away', async () => {
    fs.writeFileSync(
      path.join(dataDirectory, 'snapshot.json'),
      JSON.stringify(testSnapshot(generateKey())),
    );
    const port = await freePort();
    const backend = await startTestBackend({
      features: [meshGatewayPlugin, configuration(port)],
    });
    const answer = await request(`http://127.0.0.1:${port}/readyz`);
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();
    await waitFor(() => fs.existsSync(path.join(dataDirectory, 'replica-id')));
    await backend.stop();
  });
});

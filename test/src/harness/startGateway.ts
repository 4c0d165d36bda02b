import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { JsonObject } from '@backstage/types';
import { request } from 'undici';
import { HarnessDatabase } from './database';
import { NodeProcess } from './NodeProcess';
import { Addresses, backendConfig, sharedConfig } from './startPortal';

/** A running gateway process, as `packages/gateway` starts it. */
export interface Gateway {
  /** The address for callers, ending in `/v1`. */
  url: string;
  process: NodeProcess<unknown>;
  /** The folder of its journal; a successor with the same folder carries on. */
  dataDirectory: string;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts a successor on its folder and its port; after {@link Gateway.stop}. */
  revive(): Promise<Gateway>;
  /** Removes the folder; after {@link Gateway.stop}. */
  remove(): Promise<void>;
}

/** Starts a gateway in a process of its own, and waits until it is ready to serve. */
export async function startGateway(options: {
  addresses: Addresses;
  upstreamUrl: string;
  gatewayPort: number;
  /** For what Backstage itself keeps in a database: the keys of service tokens. In memory when absent. */
  database?: HarnessDatabase;
  dataDirectory?: string;
  /** Further settings of `aiMeshGateway`. */
  settings?: JsonObject;
}): Promise<Gateway> {
  const dataDirectory =
    options.dataDirectory ??
    (await mkdtemp(join(tmpdir(), 'ai-mesh-gateway-')));
  const port = options.addresses.gatewayBackendPort;
  const configFile = join(dataDirectory, 'app-config.json');
  await writeFile(
    configFile,
    JSON.stringify({
      ...sharedConfig(options.addresses, port),
      backend: {
        ...backendConfig(port),
        database: options.database?.config ?? {
          client: 'better-sqlite3',
          connection: ':memory:',
        },
      },
      aiMeshGateway: {
        listen: { host: '127.0.0.1', port: options.gatewayPort },
        dataDirectory,
        providers: {
          simulator: {
            type: 'openai',
            baseUrl: `${options.upstreamUrl}/v1`,
            apiKey: 'upstream-secret',
            allowPrivateAddress: true,
          },
        },
        ...options.settings,
      },
    }),
  );
  const child = await NodeProcess.start({
    script: resolve(__dirname, 'gatewayProcess.ts'),
    arguments: ['--config', configFile],
    env: {
      LOG_LEVEL: 'warn',
      // one, unless a test is about several: not one for each core of the machine
      AI_MESH_GATEWAY_PROCESSES: process.env.AI_MESH_GATEWAY_PROCESSES ?? '1',
    },
  });
  const address = `http://127.0.0.1:${options.gatewayPort}`;
  await untilReady(`${address}/readyz`, child);
  return {
    url: `${address}/v1`,
    process: child,
    dataDirectory,
    stop: signal => child.stop(signal),
    revive: () => startGateway({ ...options, dataDirectory }),
    remove: () => rm(dataDirectory, { recursive: true, force: true }),
  };
}

/** Asks for readiness until it is there, for at most two minutes: the process compiles its sources first. */
async function untilReady(url: string, child: NodeProcess<unknown>) {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const status = await request(url).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => undefined,
    );
    if (status === 200) return;
    if (Date.now() > deadline) {
      await child.stop('SIGKILL');
      throw new Error(`${url} did not become ready:\n${child.output}`);
    }
    await new Promise(done => setTimeout(done, 50));
  }
}

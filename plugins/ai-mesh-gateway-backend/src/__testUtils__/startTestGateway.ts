import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  ModelKind,
  ParsedKey,
  parseUsd,
  PicoUsd,
  Snapshot,
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import OpenAI from 'openai';
import { Agent, fetch } from 'undici';
import { createGateway, Gateway, GatewayOptions } from '../createGateway';
import { MemoryControlPlane } from '../link/MemoryControlPlane';
import { Logger } from '../Logger';

/** The hash secret of every test. */
export const TEST_HASH_SECRET = 'a hash secret for tests only, no other use';
/** The department of every test's keys. */
export const TEST_DEPARTMENT = 'group:default/customer-care';

/** A snapshot with one key and the simulator's models. */
export function testSnapshot(
  key: ParsedKey,
  changes: Partial<SnapshotInput> = {},
): Snapshot {
  const model = (
    name: string,
    options: {
      kind?: ModelKind;
      output?: string;
      rates?: SnapshotInput['models'][number]['targets'][number]['rates'];
    } = {},
  ): SnapshotInput['models'][number] => ({
    name,
    kind: options.kind ?? 'chat',
    contextTokens: 128_000,
    maxOutputTokens: 4096,
    targets: [
      {
        id: `${name}@simulator`,
        provider: 'simulator',
        providerModel: name === 'mini' ? 'gpt-4o-mini' : name,
        priceVersionId: `price-${name}`,
        rates: options.rates ?? {
          input: '0.00000015',
          'cached-input': '0.000000075',
          ...(options.kind !== 'embedding' && {
            output: options.output ?? '0.0000006',
          }),
        },
      },
    ],
  });
  const unpriced = model('unpriced');
  unpriced.targets[0].rates = { input: '0.00000015' };
  const models = [
    model('mini'),
    model('gpt-4o', { output: '0.00001' }),
    model('not-for-this-key'),
    unpriced,
    model('text-embedding-3-small', { kind: 'embedding' }),
    model('omni-moderation-latest', {
      kind: 'moderation',
      rates: { input: '0' },
    }),
    model('dall-e-3', { kind: 'image', rates: { image: '0.04' } }),
    model('tts-1', { kind: 'speech', rates: { character: '0.000015' } }),
    model('whisper-1', {
      kind: 'transcription',
      rates: { 'audio-second': '0.0001' },
    }),
  ];
  return snapshotSchema.parse({
    version: 'snapshot-1',
    generatedAt: '2026-11-22T10:00:00.000Z',
    keys: [
      {
        id: key.id,
        hash: hashKey(key.secret, TEST_HASH_SECRET),
        applicationRef: 'component:default/support-bot',
        departmentRef: TEST_DEPARTMENT,
        models: models
          .map(({ name }) => name)
          .filter(name => name !== 'not-for-this-key'),
        expiresAt: '2999-01-01T00:00:00.000Z',
      },
    ],
    models,
    departments: [{ ref: TEST_DEPARTMENT, budgetEpoch: 1 }],
    ...changes,
  } satisfies SnapshotInput);
}

/** A logger that keeps its lines. */
export class TestLogger implements Logger {
  readonly lines: string[] = [];
  debug = (message: string, meta?: object) =>
    this.#keep('debug', message, meta);
  info = (message: string, meta?: object) => this.#keep('info', message, meta);
  warn = (message: string, meta?: object) => this.#keep('warn', message, meta);
  error = (message: string, meta?: object) =>
    this.#keep('error', message, meta);

  #keep(level: string, message: string, meta: object = {}): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(meta)}`);
  }
}

/** A gateway with a control plane in memory, and what a test needs to call it. */
export interface TestGateway {
  gateway: Gateway;
  /** Ends in `/v1`. */
  url: string;
  key: ParsedKey;
  controlPlane: MemoryControlPlane;
  logger: TestLogger;
  dataDirectory: string;
  client: OpenAI;
  /** Sends what no client would. */
  call(
    path: string,
    options?: Parameters<typeof fetch>[1],
  ): ReturnType<typeof fetch>;
  close(): Promise<void>;
}

/** Starts a gateway in front of `upstreamUrl` and waits until it is ready. */
export async function startTestGateway(
  options: {
    upstreamUrl: string;
    budgetPicoUsd?: PicoUsd;
    sparePicoUsd?: PicoUsd;
    key?: ParsedKey;
    snapshot?: Snapshot;
    controlPlane?: MemoryControlPlane;
  } & Partial<GatewayOptions>,
): Promise<TestGateway> {
  const { upstreamUrl, budgetPicoUsd, sparePicoUsd, ...rest } = options;
  const key = options.key ?? generateKey();
  const dataDirectory =
    options.dataDirectory ??
    fs.mkdtempSync(path.join(os.tmpdir(), 'ai-mesh-gateway-'));
  const controlPlane =
    options.controlPlane ??
    new MemoryControlPlane({
      snapshot: options.snapshot ?? testSnapshot(key),
      budgetPicoUsd: budgetPicoUsd ?? parseUsd('100'),
      sparePicoUsd: sparePicoUsd ?? parseUsd('1'),
    });
  const logger = new TestLogger();
  const gateway = createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    providers: {
      simulator: {
        type: 'openai',
        baseUrl: `${upstreamUrl}/v1`,
        apiKey: 'upstream-secret-canary',
        allowPrivateAddress: true,
      },
    },
    hashSecret: TEST_HASH_SECRET,
    logger,
    logCalls: true,
    circuit: { failures: Infinity }, // one test's faults must not refuse the next one's calls
    ...rest,
    limits: { lingerMs: 0, ...rest.limits }, // no test waits for its own idle connections
    dataDirectory,
    controlPlane,
  });
  const { url } = await gateway.listen();
  const agent = new Agent();
  await waitFor(() => gateway.status()?.ready === true);
  return {
    gateway,
    url,
    key,
    controlPlane,
    logger,
    dataDirectory,
    client: openAiClient(url, key.secret, agent),
    call: (target, init) =>
      fetch(`${url.slice(0, -'/v1'.length)}${target}`, {
        dispatcher: agent,
        ...init,
      }),
    async close() {
      await gateway.close();
      await agent.destroy();
      if (!options.dataDirectory) fs.rmSync(dataDirectory, { recursive: true });
    },
  };
}

/** The real client, over a connection that Jest does not forbid. */
export function openAiClient(
  baseURL: string,
  apiKey: string,
  dispatcher: Agent,
): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey,
    maxRetries: 0,
    fetchOptions: { dispatcher },
    fetch: fetch as typeof globalThis.fetch & typeof fetch,
  });
}

/** Polls until something is true. */
export async function waitFor(
  isTrue: () => boolean,
  timeoutMs = 5000,
): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > untilMs) throw new Error('It did not become true in time');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

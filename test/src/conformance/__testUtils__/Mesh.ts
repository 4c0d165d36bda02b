import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import {
  ModelSimulator,
  ReceivedRequest,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import {
  ParsedKey,
  parseUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  createGateway,
  MemoryControlPlane,
} from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import OpenAI, { AzureOpenAI } from 'openai';
import { FaultProxy } from '../../harness/FaultProxy';
import { HASH_SECRET, meshSnapshot } from './meshSnapshot';
import { fetchThrough, SeenCall } from './fetchThrough';

/** The provider's own key, which callers must not have and the provider must get. */
const PROVIDER_KEY = 'provider-key-canary';
const PATIENCE_MS = 5_000;
const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What a test may say of a client. */
interface ClientOptions {
  apiKey?: string;
  maxRetries?: number;
}

/**
 * A gateway in this process, in front of a simulated provider that speaks both OpenAI and Anthropic and keeps what
 * it received; and the real clients. `flaky` models are reached through a proxy that breaks as it is told.
 */
export class Mesh {
  readonly simulator: ModelSimulator;
  readonly proxy: FaultProxy;
  readonly keys: Readonly<Record<'main' | 'single' | 'expired', ParsedKey>>;
  /** What the clients sent, and what they were answered. */
  readonly seen: SeenCall[] = [];
  readonly #controlPlane: MemoryControlPlane;
  /** Without a path. */
  readonly #url: string;
  readonly #close: () => Promise<void>;

  static async start(options: { budgetUsd?: string } = {}): Promise<Mesh> {
    const simulator = await startModelSimulator({
      models: 'any',
      apiKeys: [PROVIDER_KEY],
      keepRequests: 100,
    });
    const proxy = await FaultProxy.start({ upstreamUrl: simulator.url });
    const dataDirectory = await mkdtemp(join(tmpdir(), 'ai-mesh-clients-'));
    const keys = {
      main: generateKey(),
      single: generateKey(),
      expired: generateKey(),
    };
    const controlPlane = new MemoryControlPlane({
      snapshot: meshSnapshot(keys),
      budgetPicoUsd: parseUsd(options.budgetUsd ?? '1000'),
      sparePicoUsd: parseUsd('1'),
    });
    const openai = {
      type: 'openai' as const,
      apiKey: PROVIDER_KEY,
      allowPrivateAddress: true,
    };
    const gateway = createGateway({
      listen: { host: '127.0.0.1', port: 0 },
      limits: { lingerMs: 0 },
      dataDirectory,
      hashSecret: HASH_SECRET,
      controlPlane,
      logger: SILENT,
      providers: {
        openai: { ...openai, baseUrl: `${simulator.url}/v1` },
        flaky: { ...openai, baseUrl: `${proxy.url}/v1` },
        anthropic: { ...openai, type: 'anthropic', baseUrl: simulator.url },
      },
    });
    const { url } = await gateway.listen();
    await until(() => gateway.status()?.ready === true);
    return new Mesh({
      simulator,
      proxy,
      keys,
      controlPlane,
      url: new URL(url).origin,
      close: async () => {
        await gateway.close();
        await proxy.stop();
        await simulator.close();
        await rm(dataDirectory, { recursive: true });
      },
    });
  }

  private constructor(parts: {
    simulator: ModelSimulator;
    proxy: FaultProxy;
    keys: Mesh['keys'];
    controlPlane: MemoryControlPlane;
    url: string;
    close: () => Promise<void>;
  }) {
    this.simulator = parts.simulator;
    this.proxy = parts.proxy;
    this.keys = parts.keys;
    this.#controlPlane = parts.controlPlane;
    this.#url = parts.url;
    this.#close = parts.close;
  }

  /** @param path - `/v1`, or Azure OpenAI's of its first API version */
  openai(options: ClientOptions = {}, path = '/v1'): OpenAI {
    return new OpenAI({
      ...this.#clientOptions(options),
      baseURL: this.#url + path,
    });
  }

  azure(options: ClientOptions = {}): AzureOpenAI {
    return new AzureOpenAI({
      ...this.#clientOptions(options),
      endpoint: this.#url,
      apiVersion: '2024-10-21',
    });
  }

  anthropic(options: ClientOptions = {}): Anthropic {
    return new Anthropic({
      ...this.#clientOptions(options),
      baseURL: this.#url,
    });
  }

  /** What the provider was sent since the last {@link Mesh.forget}; exactly one request. */
  received(): ReceivedRequest & { json: Record<string, unknown> } {
    const all = this.simulator.received();
    if (all.length !== 1) {
      throw new Error(`The provider received ${all.length} requests, not one`);
    }
    const [request] = all;
    const isJson = request.headers['content-type'] === 'application/json';
    return { ...request, json: isJson ? JSON.parse(`${request.body}`) : {} };
  }

  /** Forgets what was sent, received and broken. */
  forget(): void {
    this.seen.length = 0;
    this.simulator.reset();
  }

  /** The booked usage of a call, as soon as it is there. */
  async booked(requestId: string | null | undefined): Promise<UsageRecord> {
    const id = requestId ?? '';
    await until(() => this.#controlPlane.records.has(id));
    const record = this.#controlPlane.records.get(id);
    if (!record) throw new Error(`Nothing was booked for "${id}"`);
    return record;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #clientOptions({ apiKey, maxRetries }: ClientOptions) {
    return {
      apiKey: apiKey ?? this.keys.main.secret,
      maxRetries: maxRetries ?? 0,
      fetch: fetchThrough(this.seen),
    };
  }
}

/** Polls until something is true. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (Date.now() > deadline)
      throw new Error('It did not become true in time');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** The one failure of a call, as its client reports it. */
export async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('The call went through');
}

/** All that a stream brings. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

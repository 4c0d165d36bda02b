import { Pool } from 'undici';
import { CompiledTarget } from '../snapshot/CompiledSnapshot';
import { UpstreamCall } from './UpstreamCall';

/** A provider of models, as the configuration names it. */
export interface ProviderOptions {
  type: 'openai' | 'azure-openai';
  /** Without the part that the route adds, for example `https://api.openai.com/v1`. */
  baseUrl: string;
  apiKey?: string;
  /** Azure OpenAI only: the date in `api-version`. */
  apiVersion?: string;
}

/** How long a provider may take. */
export interface UpstreamLimits {
  /** To accept a connection. */
  connectTimeoutMs: number;
  /** From the request to the head of the answer. */
  headersTimeoutMs: number;
  /** Between two pieces of an answer. */
  idleTimeoutMs: number;
}

const DEFAULT_AZURE_API_VERSION = '2024-10-21';
const KEEP_ALIVE_MS = 4000;

/** The connections to one provider. */
export class Provider {
  readonly #options: ProviderOptions;
  readonly #limits: UpstreamLimits;
  readonly #pool: Pool;
  readonly #basePath: string;
  /** As name, value, name, value: the request id is added to it. */
  readonly #headers: readonly string[];

  constructor(options: ProviderOptions, limits: UpstreamLimits) {
    this.#options = options;
    this.#limits = limits;
    const url = new URL(options.baseUrl);
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#pool = new Pool(url.origin, {
      connect: { timeout: limits.connectTimeoutMs, noDelay: true },
      keepAliveTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    });
    this.#headers = [
      'content-type',
      'application/json',
      'accept',
      'application/json, text/event-stream',
      'accept-encoding',
      'identity',
      'user-agent',
      'sovereign-ai-mesh-gateway',
      ...credentialsOf(options),
    ];
  }

  /** Sends a request; `call` hears of everything that comes of it. */
  send(
    request: {
      target: CompiledTarget;
      upstreamPath: string;
      requestId: string;
      body: Buffer;
    },
    call: UpstreamCall,
  ): void {
    this.#pool.dispatch(
      {
        method: 'POST',
        path: this.#pathOf(request.target, request.upstreamPath),
        headers: [...this.#headers, 'x-request-id', request.requestId],
        body: request.body,
        headersTimeout: this.#limits.headersTimeoutMs,
        bodyTimeout: this.#limits.idleTimeoutMs,
      },
      call,
    );
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #pathOf(target: CompiledTarget, upstreamPath: string): string {
    if (this.#options.type === 'openai') return this.#basePath + upstreamPath;
    const deployment = encodeURIComponent(target.providerModel);
    const version = this.#options.apiVersion ?? DEFAULT_AZURE_API_VERSION;
    return `${
      this.#basePath
    }/openai/deployments/${deployment}${upstreamPath}?api-version=${encodeURIComponent(
      version,
    )}`;
  }
}

function credentialsOf({ type, apiKey }: ProviderOptions): string[] {
  if (apiKey === undefined) return [];
  return type === 'openai'
    ? ['authorization', `Bearer ${apiKey}`]
    : ['api-key', apiKey];
}

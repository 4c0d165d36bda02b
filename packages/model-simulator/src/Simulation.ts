import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FaultPicker } from './faults/FaultPicker';
import { Gate } from './gate/Gate';
import { modelNotFound, wrongKey, type Dialect } from './http/ApiError';
import type { Exchange } from './http/Exchange';
import { readBody } from './http/readBody';
import type { LatencySettings } from './latency/Latency';
import {
  DEFAULT_BODY_LIMIT_BYTES,
  DEFAULT_MODELS,
  DEFAULT_SEED,
  type ModelSimulatorOptions,
} from './options';
import { ReceivedRequests } from './received/ReceivedRequests';
import { UsageLedger } from './usage/UsageLedger';

/** What all routes share: the settings, and the little state that a provider has. */
export class Simulation {
  readonly seed: number;
  readonly models: readonly string[] | 'any';
  readonly bodyLimitBytes: number;
  readonly latency: LatencySettings;
  readonly ledger = new UsageLedger();
  readonly gate = new Gate();
  readonly faults: FaultPicker;
  readonly received: ReceivedRequests;
  readonly #apiKeys: readonly Buffer[] | undefined;

  constructor(options: ModelSimulatorOptions) {
    this.seed = options.seed ?? DEFAULT_SEED;
    this.models = options.models ?? DEFAULT_MODELS;
    this.bodyLimitBytes = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
    this.latency = {
      firstTokenMs: options.firstTokenMs ?? 0,
      betweenTokensMs: options.betweenTokensMs ?? 0,
      jitter: options.jitter ?? 0,
    };
    this.faults = new FaultPicker(options.faults ?? [], this.seed);
    this.received = new ReceivedRequests(options.keepRequests ?? 0);
    this.#apiKeys = options.apiKeys?.map(key => Buffer.from(key));
  }

  /** @throws ApiError 401 unless the request carries one of the keys, in its provider's header or as bearer */
  requireKey(request: IncomingMessage, dialect: Dialect): void {
    if (this.#apiKeys === undefined) return;
    const { authorization = '', ...headers } = request.headers;
    const apiKey = headers[dialect === 'anthropic' ? 'x-api-key' : 'api-key'];
    const given = Buffer.from(
      typeof apiKey === 'string'
        ? apiKey
        : authorization.replace(/^bearer +/i, ''),
    );
    const known = this.#apiKeys.some(
      key => key.length === given.length && timingSafeEqual(key, given),
    );
    if (!known) throw wrongKey(dialect);
  }

  /**
   * The whole body of a request, which is kept for tests when they asked for that.
   *
   * @throws ApiError 413 when it is longer than the limit
   */
  async readBody({ request, requestId }: Exchange): Promise<Buffer> {
    const body = await readBody(request, this.bodyLimitBytes);
    const { method = '', url = '', headers } = request;
    this.received.add({ requestId, method, url, headers, body });
    return body;
  }

  /** @throws ApiError 404 */
  requireModel(model: string, dialect: Dialect): void {
    if (this.models !== 'any' && !this.models.includes(model)) {
      throw modelNotFound(model, dialect);
    }
  }

  /** Forgets what was counted, and lets the faults begin anew. The gate stays as it is. */
  reset(): void {
    this.ledger.reset();
    this.faults.reset();
    this.received.reset();
  }
}

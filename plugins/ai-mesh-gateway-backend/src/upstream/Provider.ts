import { LookupFunction } from 'node:net';
import { InputError } from '@backstage/errors';
import { Dispatcher, Pool } from 'undici';
import { CompiledTarget } from '../snapshot/CompiledSnapshot';
import { baseUrlProblem } from './baseUrlProblem';
import { createCheckedLookup } from './checkedLookup';
import { ProviderOptions } from './ProviderOptions';
import { createVendor, VendorServices } from './vendors/createVendor';
import { HeaderList, Protocol, Vendor } from './vendors/Vendor';

export type { EntraOptions, ProviderOptions } from './ProviderOptions';

/** How long a provider may take. */
export interface UpstreamLimits {
  /** To accept a connection. */
  connectTimeoutMs: number;
  /** From the request to the head of the answer. */
  headersTimeoutMs: number;
  /** Between two pieces of an answer. */
  idleTimeoutMs: number;
}

/** What a provider needs of the world; the defaults are the real thing. */
export interface ProviderServices extends VendorServices {
  /** Resolves names; its answers are checked. */
  lookup?: LookupFunction;
}

/** A request to a provider. */
export interface UpstreamRequest {
  target: Pick<CompiledTarget, 'providerModel'>;
  /** Of the route, such as `/chat/completions`. */
  upstreamPath: string;
  requestId: string;
  body: Buffer;
  /** Default: `application/json`. */
  contentType?: string;
}

/** Hears of everything that comes of a request; also of what fails before there is a connection. */
export type UpstreamHandler = Dispatcher.DispatchHandler & {
  onResponseError(
    controller: Dispatcher.DispatchController | undefined,
    error: Error,
  ): void;
};

const KEEP_ALIVE_MS = 4000;
/** Of an answer's headers; above it the call fails with undici's `HeadersOverflowError`. */
const MAX_HEADER_BYTES = 16 * 1024;

/** The connections to one provider. They lead where the configuration says, whatever DNS or a redirect may say. */
export class Provider {
  readonly protocol: Protocol;
  /** Where chat is told how long its answer may be: reasoning models refuse the old name, small servers the new. */
  readonly outputBoundMember: 'max_tokens' | 'max_completion_tokens';
  readonly #limits: UpstreamLimits;
  readonly #vendor: Vendor;
  readonly #pool: Pool;

  /** @throws InputError when no provider may be at its address */
  constructor(
    options: ProviderOptions,
    limits: UpstreamLimits,
    services: ProviderServices = {},
  ) {
    const allowPrivateAddress = options.allowPrivateAddress ?? false;
    const problem = baseUrlProblem(options.baseUrl, allowPrivateAddress);
    if (problem) {
      throw new InputError(`Cannot use the baseUrl of a provider: ${problem}`);
    }
    this.#limits = limits;
    this.#vendor = createVendor(options, services);
    this.protocol = this.#vendor.protocol;
    this.outputBoundMember =
      options.type === 'openai-compatible'
        ? 'max_tokens'
        : 'max_completion_tokens';
    this.#pool = new Pool(new URL(options.baseUrl).origin, {
      connect: {
        timeout: limits.connectTimeoutMs,
        noDelay: true,
        lookup: createCheckedLookup(allowPrivateAddress, services.lookup),
      },
      allowH2: false, // the bound on headers and the order of events are proven for HTTP/1.1
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      pipelining: 1,
    });
  }

  /** Sends a request; `call` hears of everything that comes of it. Waits only for the first access token. */
  send(request: UpstreamRequest, call: UpstreamHandler): void {
    const headers = this.#vendor.headers();
    if (headers instanceof Promise) {
      headers.then(
        each => this.#dispatch(request, each, call),
        error => call.onResponseError(undefined, error),
      );
    } else {
      this.#dispatch(request, headers, call);
    }
  }

  async close(): Promise<void> {
    this.#vendor.close?.();
    await this.#pool.destroy();
  }

  #dispatch(
    request: UpstreamRequest,
    headers: HeaderList,
    call: UpstreamHandler,
  ): void {
    this.#pool.dispatch(
      {
        method: 'POST',
        path: this.#vendor.pathOf(
          request.target.providerModel,
          request.upstreamPath,
        ),
        // undici checks each header of each call: there are no more than needed
        headers: [
          'content-type',
          request.contentType ?? 'application/json',
          'x-request-id',
          request.requestId,
          ...headers,
        ],
        body: request.body,
        headersTimeout: this.#limits.headersTimeoutMs,
        bodyTimeout: this.#limits.idleTimeoutMs,
      },
      call,
    );
  }
}

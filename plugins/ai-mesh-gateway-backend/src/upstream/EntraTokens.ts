import type { TokenCredential } from '@azure/identity';
import { describeError, Logger } from '../Logger';

const SCOPE = 'https://cognitiveservices.azure.com/.default';
/** Azure's library hands out its cached token until five minutes before the end: sooner would bring no new one. */
const REFRESH_AHEAD_MS = 4 * 60_000;
/** How often it is looked whether a refresh is due; several tries fit in before the end. */
const CHECK_MS = 30_000;
/** A token is not used so close to its end that it could end on the way. */
const MARGIN_MS = 10_000;
/** A failure is told to all who ask within this time: no storm of requests at Entra ID. */
const FAILURE_HOLDS_MS = 2_000;
const FETCH_TIMEOUT_MS = 30_000;

class TimeoutError extends Error {
  readonly name = 'TimeoutError';
}

class NoTokenError extends Error {
  readonly name = 'NoTokenError';
}

/** Entra ID gave no token. Names the kind of failure and Microsoft's code for it; never a secret. */
export class EntraTokenError extends Error {
  constructor(cause: unknown) {
    super(`Cannot get an access token from Entra ID: ${kindOf(cause)}`);
    this.name = 'EntraTokenError';
  }
}

/** What {@link EntraTokens} works with. */
export interface EntraTokensOptions {
  /** Called once, before the first token. */
  createCredential: () => Promise<TokenCredential>;
  logger?: Pick<Logger, 'warn'>;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** For one request at Entra ID, in milliseconds. */
  timeoutMs?: number;
}

/**
 * The access token of one provider: `none → valid → (renewed ahead of its end) valid …`, or `→ ended` when it could
 * not be renewed. Only a call that meets `none` or `ended` waits; all that wait share one request.
 */
export class EntraTokens {
  readonly #options: EntraTokensOptions;
  readonly #clock: () => number;
  #credential: TokenCredential | undefined;
  #headers: readonly string[] = [];
  #validUntilMs = 0;
  #refreshAtMs = 0;
  #fetching: Promise<readonly string[]> | undefined;
  #failure: { error: EntraTokenError; holdsUntilMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EntraTokensOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /**
   * The header that proves who calls, as name, value: at once while a token is valid, else as soon as there is one.
   *
   * @throws EntraTokenError, by the promise
   */
  headers(): readonly string[] | Promise<readonly string[]> {
    if (this.#clock() < this.#validUntilMs) return this.#headers;
    return this.#fetch();
  }

  /** Ends the renewal in the background. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #fetch(): Promise<readonly string[]> {
    if (this.#fetching) return this.#fetching;
    if (this.#failure && this.#clock() < this.#failure.holdsUntilMs) {
      return Promise.reject(this.#failure.error);
    }
    this.#timer ??= setInterval(() => this.#refreshWhenDue(), CHECK_MS).unref();
    this.#fetching = this.#request().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  #refreshWhenDue(): void {
    if (this.#clock() < this.#refreshAtMs) return;
    this.#fetch().catch(error =>
      this.#options.logger?.warn(
        `An access token could not be renewed: ${describeError(error)}`,
      ),
    );
  }

  async #request(): Promise<readonly string[]> {
    try {
      const { token, expiresOnTimestamp } = await this.#getToken();
      const lifetimeMs = expiresOnTimestamp - this.#clock();
      this.#validUntilMs = expiresOnTimestamp - MARGIN_MS;
      this.#refreshAtMs =
        expiresOnTimestamp - Math.min(REFRESH_AHEAD_MS, lifetimeMs / 2);
      this.#headers = ['authorization', `Bearer ${token}`];
      this.#failure = undefined;
      return this.#headers;
    } catch (cause) {
      const error = new EntraTokenError(cause);
      const holdsUntilMs = this.#clock() + FAILURE_HOLDS_MS;
      this.#failure = { error, holdsUntilMs };
      throw error;
    }
  }

  async #getToken() {
    this.#credential ??= await this.#options.createCredential();
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // not every credential heeds the signal: one that hangs must not hold back all later calls
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        abort.abort();
        reject(new TimeoutError());
      }, this.#options.timeoutMs ?? FETCH_TIMEOUT_MS);
    });
    try {
      const token = await Promise.race([
        this.#credential.getToken(SCOPE, { abortSignal: abort.signal }),
        timeout,
      ]);
      if (!token) throw new NoTokenError();
      return token;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Of a foreign error only its name and Microsoft's code: its text may quote what was sent. */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error';
  const code = /\bAADSTS\d+\b/.exec(cause.message)?.[0];
  return code === undefined ? cause.name : `${cause.name} ${code}`;
}

import { setTimeout as wait } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { Agent, request } from 'undici';
import { chooseCall } from './demoCalls';

const CALL_TIMEOUT_MS = 60_000;

/** How long the traffic pauses, in milliseconds. */
export interface DemoTrafficPauses {
  /** Shortest and longest time between two calls. */
  betweenMs: [number, number];
  /** After a call that the gateway did not answer, for example while it starts. */
  afterFailureMs: number;
}

const DEFAULT_PAUSES: DemoTrafficPauses = {
  betweenMs: [3_000, 9_000],
  afterFailureMs: 10_000,
};

/** Calls the gateway with the demo key, one call after the other, until it is stopped. */
export class DemoTraffic {
  readonly #baseUrl: string;
  readonly #key: string;
  readonly #logger: LoggerService;
  readonly #pauses: DemoTrafficPauses;
  readonly #stopping = new AbortController();
  readonly #agent = new Agent({ connections: 1 });
  #running: Promise<void> | undefined;

  constructor(options: {
    /** With the path, for example `http://127.0.0.1:4000/v1`. */
    baseUrl: string;
    key: string;
    logger: LoggerService;
    pauses?: DemoTrafficPauses;
  }) {
    this.#baseUrl = options.baseUrl;
    this.#key = options.key;
    this.#logger = options.logger;
    this.#pauses = options.pauses ?? DEFAULT_PAUSES;
  }

  /** Starts once; a second start changes nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Cuts the call under way and returns when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#agent.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const wasAnswered = await this.#callOnce();
      const [shortest, longest] = this.#pauses.betweenMs;
      await this.#pause(
        wasAnswered
          ? shortest + Math.random() * (longest - shortest)
          : this.#pauses.afterFailureMs,
      );
    }
  }

  async #callOnce(): Promise<boolean> {
    const call = chooseCall(Math.random);
    try {
      const { statusCode, body } = await request(this.#baseUrl + call.path, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          authorization: `Bearer ${this.#key}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(call.body),
        signal: AbortSignal.any([
          this.#stopping.signal,
          AbortSignal.timeout(CALL_TIMEOUT_MS),
        ]),
      });
      for await (const chunk of body) void chunk; // read to the end, or the call would not be booked
      this.#logger.debug(`Demo traffic: status ${statusCode}`);
      return statusCode < 500;
    } catch (error) {
      // expected while the gateway starts or stops, and nobody has to act on it
      this.#logger.debug(`Demo traffic: no answer (${nameOf(error)})`);
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    try {
      await wait(ms, undefined, { signal: this.#stopping.signal, ref: false });
    } catch {
      // stopped while waiting; the loop sees it
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

import { describeError, Logger } from '../Logger';
import { Replies } from './Replies';
import { SharedSession, SharedStore } from './SharedStore';
import { RunningSubject } from './Tallies';

/** What a slow or dead store costs a call, once; then nobody waits until it is found back. */
const REPLY_TIMEOUT_MS = 50;

const OPEN_TIMEOUT_MS = 2_000;
const BEAT_MS = 5_000;
const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 10_000;
/** A session that lived for so long shows that the store is well again. */
const STABLE_MS = 10_000;

/**
 * The connection to the shared store: either there is a session, or one is sought, for ever.
 *
 * A session ends with the first request that fails or is not answered in time. The next begins a new life in the
 * store with the calls that run here, so that nothing which was unclear when the last one ended stays so.
 */
export class SharedLink {
  readonly #store: SharedStore;
  readonly #logger: Logger;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #running: () => Iterable<RunningSubject>;
  readonly #replies: Replies;
  #session: SharedSession | undefined;
  #beganAtMs = 0;
  #delayMs = FIRST_DELAY_MS;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;
  readonly #closing = new AbortController();

  /**
   * @param options.clock - in milliseconds; never goes back
   * @param options.running - the calls that run here
   */
  constructor(options: {
    store: SharedStore;
    logger: Logger;
    clock: () => number;
    running: () => Iterable<RunningSubject>;
    random?: () => number;
    replyTimeoutMs?: number;
  }) {
    this.#store = options.store;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#running = options.running;
    this.#replies = new Replies({
      timeoutMs: options.replyTimeoutMs ?? REPLY_TIMEOUT_MS,
      clock: options.clock,
      onOverdue: () => this.#overdue(),
    });
  }

  /** Undefined while the store is away. */
  get session(): SharedSession | undefined {
    return this.#session;
  }

  start(): void {
    this.#seek();
  }

  /** Waits for an answer of the session; when it fails or is late, so is the session lost for all. */
  wait<T>(session: SharedSession, reply: Promise<T>): Promise<T> {
    reply.catch(error => this.#lose(error, session));
    return this.#replies.wait(reply);
  }

  /** Gives back what the store holds for this replica. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    const session = this.#session;
    this.#session = undefined;
    if (!session) return;
    await this.#replies.wait(session.close()).catch(() => undefined);
    session.destroy();
  }

  #seek(): void {
    this.#open().catch(error => this.#failed(error));
  }

  async #open(): Promise<void> {
    const session = await this.#store.open(
      AbortSignal.any([
        this.#closing.signal,
        AbortSignal.timeout(OPEN_TIMEOUT_MS),
      ]),
    );
    session.onLost(error => this.#lose(error, session));
    try {
      await this.#replies.wait(session.ping()); // a store that is slow is not well yet
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      session.destroy();
      throw error;
    }
    this.#begin(session);
  }

  /** Without an await between: what ends or begins after the calls were read, the session hears of in order. */
  #begin(session: SharedSession): void {
    this.#session = session;
    this.#beganAtMs = this.#clock();
    this.#timer = setInterval(() => this.#beat(session), BEAT_MS).unref();
    this.wait(session, session.begin(this.#running())).then(
      () => {
        this.#isReported = false;
        this.#logger.info('Limits are counted in the shared store');
      },
      () => undefined, // the session is lost, which is reported there
    );
  }

  #beat(session: SharedSession): void {
    this.wait(session, session.beat()).catch(() => undefined);
  }

  #overdue(): void {
    const error = new Error('no answer in time');
    this.#replies.rejectAll(error);
    this.#lose(error, this.#session);
  }

  #lose(error: Error, session: SharedSession | undefined): void {
    if (!session || session !== this.#session) return;
    this.#session = undefined;
    clearInterval(this.#timer);
    if (this.#clock() - this.#beganAtMs >= STABLE_MS) {
      this.#delayMs = FIRST_DELAY_MS;
    }
    session.destroy();
    this.#replies.rejectAll(error);
    this.#failed(error);
  }

  #failed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (!this.#isReported) {
      this.#isReported = true;
      this.#logger.warn(
        `The shared store of limits is away (${describeError(
          error,
        )}): this replica counts its share`,
      );
    }
    const delayMs = this.#delayMs * (0.5 + this.#random() / 2);
    this.#delayMs = Math.min(2 * this.#delayMs, LAST_DELAY_MS);
    this.#timer = setTimeout(() => this.#seek(), delayMs).unref();
  }
}

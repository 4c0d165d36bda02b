import { LoggerService } from '@backstage/backend-plugin-api';
import { UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Delivery, DeliveryStore } from './DeliveryStore';

const WRITE_TIMEOUT_MS = 30_000;
const WARN_EVERY_MS = 60_000;
/** What waits for longer is worth a warning, also when no attempt fails. */
const LATE_MS = 5 * 60_000;
const LONGEST_MESSAGE = 300;

/** Sends one sink what was booked, in its order, at least once. */
export class SinkDeliverer {
  readonly #sink: UsageSink;
  readonly #store: DeliveryStore;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  readonly #writeTimeoutMs: number;

  constructor(options: {
    sink: UsageSink;
    store: DeliveryStore;
    logger: LoggerService;
    now: () => Date;
    writeTimeoutMs?: number;
  }) {
    this.#sink = options.sink;
    this.#store = options.store;
    this.#logger = options.logger;
    this.#now = options.now;
    this.#writeTimeoutMs = options.writeTimeoutMs ?? WRITE_TIMEOUT_MS;
  }

  /**
   * Sends until nothing waits, the sink fails or the signal is aborted. It never throws for what the sink does: that
   * is noted, and the next run after a pause, of 1 s at first and 60 s at most, tries again, for ever.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delivery = await this.#store.take(this.#sink.id, this.#now());
      if (!delivery) return;
      const outcome = await this.#write(delivery, signal);
      if (outcome === 'stopped') return;
      if (outcome === 'written') {
        await this.#store.confirm(this.#sink.id, delivery, this.#now());
      } else {
        await this.#store.noteFailure(this.#sink.id, this.#now());
      }
      const lateMs = this.#now().getTime() - delivery.oldestBookedAt.getTime();
      if (outcome !== 'written' || lateMs > LATE_MS) {
        await this.#warn(outcome === 'written' ? undefined : outcome.failure);
      }
      if (outcome !== 'written') return;
    }
  }

  /** Races the sink against its deadline: one that hangs must not hold up its own lines for ever. */
  async #write(
    delivery: Delivery,
    stop: AbortSignal,
  ): Promise<'written' | 'stopped' | { failure: string }> {
    const timeout = AbortSignal.timeout(this.#writeTimeoutMs);
    const signal = AbortSignal.any([stop, timeout]);
    const aborted = rejectOnAbort(signal);
    try {
      await Promise.race([
        this.#sink.write(delivery.lines, { signal }),
        aborted.promise,
      ]);
      return 'written';
    } catch (error) {
      if (stop.aborted) return 'stopped';
      if (timeout.aborted) {
        return { failure: `no answer within ${this.#writeTimeoutMs} ms` };
      }
      return { failure: error instanceof Error ? error.message : 'no reason' };
    } finally {
      aborted.forget();
    }
  }

  /** Once a minute at most, however many replicas and attempts. */
  async #warn(failure: string | undefined): Promise<void> {
    const { id } = this.#sink;
    const mayWarn = await this.#store.claimWarning(id, {
      now: this.#now(),
      everyMs: WARN_EVERY_MS,
    });
    if (!mayWarn) return;
    const status = (await this.#store.list()).find(each => each.id === id);
    if (!status || status.waitingLines === 0) return;
    const reason = failure
      ? `failed ${status.failedAttempts} times since ${
          status.failingSince
        }, at last: ${failure.slice(0, LONGEST_MESSAGE)}`
      : 'is behind';
    this.#logger.warn(
      `Usage sink "${id}" ${reason}. ${status.waitingLines} lines wait, the first since ${status.oldestWaitingAt}. ` +
        `They stay in the database until it takes them; booking goes on`,
    );
  }
}

function rejectOnAbort(signal: AbortSignal) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // nobody listens when the sink itself threw first
  const onAbort = () => reject(new Error('aborted'));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    forget: () => signal.removeEventListener('abort', onAbort),
  };
}

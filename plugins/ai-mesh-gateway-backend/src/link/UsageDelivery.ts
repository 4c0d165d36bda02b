import { Journal, JournalError, UndeliveredUsages } from '../journal/Journal';
import { describeError, Logger } from '../Logger';
import { ControlPlane } from './ControlPlane';

/** Each delivery holds up the calls beside it by some tenths of a millisecond: so few that they stay out of the p99. */
const COLLECT_MS = 250;
const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** Hands the journal's usage to the control plane: at least once, one batch at a time. */
export class UsageDelivery {
  readonly #replicaId: string;
  readonly #controlPlane: ControlPlane;
  readonly #journal: Journal;
  readonly #logger: Logger;
  #onAcknowledged: () => void = () => {};
  readonly #quietUntilMs: number;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;
  #isUrgent = false;
  #sentAtMs = 0;
  #isClosed = false;

  constructor(options: {
    replicaId: string;
    controlPlane: ControlPlane;
    journal: Journal;
    logger: Logger;
    /** Until then a control plane that does not answer is no news: it may be starting, too. */
    quietUntilMs: number;
  }) {
    this.#replicaId = options.replicaId;
    this.#controlPlane = options.controlPlane;
    this.#journal = options.journal;
    this.#logger = options.logger;
    this.#quietUntilMs = options.quietUntilMs;
  }

  /** @param listener - called when the control plane has more than before */
  onAcknowledged(listener: () => void): void {
    this.#onAcknowledged = listener;
  }

  /** There is something to deliver. */
  notify(): void {
    if (this.#timer || this.#sending || this.#isClosed) return;
    this.#schedule(COLLECT_MS);
  }

  /**
   * Others wait for the money of what is settled: delivers without collecting more, when the last delivery was long
   * enough ago. Does nothing while the control plane is away.
   */
  hurry(): void {
    if (this.#isClosed || this.#failures > 0) return;
    this.#isUrgent = true;
    if (!this.#sending) this.#schedule(this.#untilNextMs());
  }

  /** Delivers all that there is now. Ends without an error when the control plane is away. */
  async flush(): Promise<void> {
    await this.#sending?.catch(() => {});
    const { undelivered } = this.#journal.state;
    const through = undelivered.nextNumber - 1;
    while (undelivered.size > 0 && undelivered.acknowledgedThrough < through) {
      try {
        await this.#sendOnce();
      } catch (error) {
        this.#report(error);
        break;
      }
    }
    this.#continue();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sendOnce()
        .catch(error => this.#report(error))
        .finally(() => this.#continue());
    }, pauseMs);
  }

  #continue(): void {
    const { undelivered } = this.#journal.state;
    if (undelivered.size === 0 || this.#isClosed || this.#sending) return;
    if (this.#failures > 0) {
      const pauseMs = Math.min(
        LONGEST_PAUSE_MS,
        FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 8),
      );
      // half of it by chance: replicas that lost the same control plane do not return in step
      this.#schedule(pauseMs * (0.5 + Math.random() / 2));
    } else {
      const pauseMs = this.#isUrgent ? this.#untilNextMs() : COLLECT_MS;
      this.#schedule(undelivered.isBacklog ? 0 : pauseMs);
    }
  }

  /** As often as when nobody is in a hurry, but without waiting first. */
  #untilNextMs(): number {
    return Math.max(0, this.#sentAtMs + COLLECT_MS - Date.now());
  }

  async #sendOnce(): Promise<void> {
    await this.#sending?.catch(() => {});
    this.#sending = this.#send();
    try {
      await this.#sending;
    } finally {
      this.#sending = undefined;
    }
  }

  async #send(): Promise<void> {
    this.#isUrgent = false;
    this.#sentAtMs = Date.now();
    try {
      const usages = await this.#journal.readOldest();
      if (!usages) return;
      if (usages.texts.length > 0) await this.#deliver(usages);
      this.#failures = 0;
      this.#acknowledge(usages);
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
    this.#onAcknowledged();
  }

  #acknowledge({ through }: UndeliveredUsages): void {
    try {
      this.#journal.acknowledged(through);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      // it holds all the same; a next life delivers it once more, and it is booked once
      this.#logger.warn(
        `Usage is delivered, which cannot be put on record: ${error.message}`,
      );
    }
  }

  async #deliver({ texts }: UndeliveredUsages): Promise<void> {
    const { rejected } = await this.#controlPlane.sendUsage(
      { replicaId: this.#replicaId, records: texts },
      { signal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    if (rejected.length === 0) return;
    const records: Array<{ requestId: string }> = JSON.parse(`[${texts}]`);
    for (const { index, reason } of rejected) {
      // the control plane keeps it in quarantine: sending it again would change nothing
      this.#logger.error(`A usage record was rejected: ${reason}`, {
        requestId: records[index]?.requestId ?? 'unknown',
      });
    }
  }

  #report(error: unknown): void {
    const message = `Usage is not delivered yet, it stays in the journal: ${describeError(
      error,
    )}`;
    if (Date.now() < this.#quietUntilMs) this.#logger.debug(message);
    else this.#logger.warn(message);
  }
}

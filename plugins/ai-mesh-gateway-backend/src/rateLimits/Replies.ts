/** A reply that somebody waits for. */
interface Waiting {
  readonly untilMs: number;
  readonly reject: (error: Error) => void;
}

/**
 * The replies that are awaited, with one deadline for all: when the oldest is overdue, no other is waited for.
 * One timer, however many there are.
 */
export class Replies {
  readonly #waiting = new Set<Waiting>();
  readonly #timeoutMs: number;
  readonly #clock: () => number;
  readonly #onOverdue: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param options.onOverdue - expected to call {@link rejectAll} */
  constructor(options: {
    timeoutMs: number;
    clock: () => number;
    onOverdue: () => void;
  }) {
    this.#timeoutMs = options.timeoutMs;
    this.#clock = options.clock;
    this.#onOverdue = options.onOverdue;
  }

  /** Waits for a reply; rejects as it does, or with {@link rejectAll}. */
  wait<T>(reply: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting = { untilMs: this.#clock() + this.#timeoutMs, reject };
      this.#waiting.add(waiting);
      if (!this.#timer) this.#arm(this.#timeoutMs);
      reply.then(
        value => {
          this.#waiting.delete(waiting);
          resolve(value);
        },
        error => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
  }

  rejectAll(error: Error): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const each of all) each.reject(error);
  }

  #arm(delayMs: number): void {
    // a busy process runs its timers before it reads its sockets: replies that are there are read first
    this.#timer = setTimeout(() => setImmediate(() => this.#check()), delayMs);
    this.#timer.unref();
  }

  #check(): void {
    this.#timer = undefined;
    const oldest = this.#waiting.values().next();
    if (oldest.done) return;
    const leftMs = oldest.value.untilMs - this.#clock();
    if (leftMs > 0) this.#arm(leftMs);
    else this.#onOverdue();
  }
}

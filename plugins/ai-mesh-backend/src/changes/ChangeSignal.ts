import { EventEmitter, once } from 'node:events';

const CHANGED = 'changed';

/** Wakes the gateways that wait for a newer snapshot. Carries no data: who wakes reads the database. */
export class ChangeSignal {
  readonly #emitter = new EventEmitter().setMaxListeners(0); // one listener a waiting gateway

  /** Says that something a snapshot is made of was committed. */
  changed(): void {
    this.#emitter.emit(CHANGED);
  }

  /**
   * Waits for the next change. Resolves on a change, at the deadline and on abort alike: the caller looks
   * again in every case.
   */
  async wait(options: {
    signal?: AbortSignal;
    timeoutMs: number;
  }): Promise<void> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    const signal = options.signal
      ? AbortSignal.any([options.signal, deadline.signal])
      : deadline.signal;
    try {
      await once(this.#emitter, CHANGED, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

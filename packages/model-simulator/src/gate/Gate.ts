import type { ServerResponse } from 'node:http';

/** While closed, holds every answer before its first byte: tests have calls in flight for as long as they need. */
export class Gate {
  #isOpen = true;
  readonly #held = new Map<ServerResponse, () => void>();
  readonly #watchers = new Set<() => void>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Answers that wait here now; one whose client goes away is not counted any more. */
  get held(): number {
    return this.#held.size;
  }

  /** Holds the answers that come from now on. */
  close(): void {
    this.#isOpen = false;
  }

  /** Lets every answer go. */
  open(): void {
    this.#isOpen = true;
    for (const release of [...this.#held.values()]) release();
  }

  /** Resolves as soon as at least `count` answers wait here. */
  waitForHeld(count: number): Promise<void> {
    return new Promise(resolve => {
      const check = () => {
        if (this.held < count) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  /** Resolves when the answer may go, or its client has gone. */
  pass(response: ServerResponse): Promise<void> {
    if (this.#isOpen || response.destroyed) return Promise.resolve();
    return new Promise(resolve => {
      const release = () => {
        this.#held.delete(response);
        response.off('close', release);
        resolve();
      };
      this.#held.set(response, release);
      response.on('close', release);
      for (const check of [...this.#watchers]) check();
    });
  }
}

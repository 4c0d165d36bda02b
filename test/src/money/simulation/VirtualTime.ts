interface Event {
  atMs: number;
  order: number;
  run: () => void;
}

/** A clock that jumps from one event to the next, once everything real that an event began has ended. */
export class VirtualTime {
  /** Milliseconds since 1970. */
  nowMs: number;
  readonly #heap: Event[] = [];
  #order = 0;
  #busy = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(ms: number, run: () => void): void {
    this.#order += 1;
    this.#push({ atMs: this.nowMs + ms, order: this.#order, run });
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.after(ms, resolve));
  }

  /** Time stands still while this is done. */
  async instantly<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  /** Resolves when nothing is to happen any more. */
  async run(): Promise<void> {
    await this.#settle();
    for (let event = this.#pop(); event; event = this.#pop()) {
      this.nowMs = event.atMs;
      event.run();
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    do await new Promise<void>(resolve => setImmediate(resolve));
    while (this.#busy > 0);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], event)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && isBefore(heap[right], heap[child])) {
        child = right;
      }
      if (isBefore(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

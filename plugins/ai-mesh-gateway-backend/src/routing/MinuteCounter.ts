const SLICE_MS = 5_000;
const SLICES = 12;

/** Counts what happened within the last minute, in slices of five seconds. */
export class MinuteCounter {
  readonly #clock: () => number;
  readonly #counts = new Array<number>(SLICES).fill(0);
  #newest = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get count(): number {
    this.#advance();
    return this.#counts.reduce((sum, each) => sum + each, 0);
  }

  add(): void {
    this.#advance();
    this.#counts[this.#newest % SLICES] += 1;
  }

  #advance(): void {
    const now = Math.floor(this.#clock() / SLICE_MS);
    const passed = Math.min(now - this.#newest, SLICES);
    for (let index = 1; index <= passed; index++) {
      this.#counts[(now - passed + index) % SLICES] = 0;
    }
    if (passed > 0) this.#newest = now;
  }
}

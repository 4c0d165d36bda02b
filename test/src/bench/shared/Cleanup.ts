/** What was started, to be stopped however the benchmark ends; the last first. */
export class Cleanup {
  readonly #steps: Array<() => Promise<void>> = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (
      let step = this.#steps.pop();
      step !== undefined;
      step = this.#steps.pop()
    ) {
      await step();
    }
  }
}

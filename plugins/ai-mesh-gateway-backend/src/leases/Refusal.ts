import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** How long a refusal is remembered, so that a scope without budget asks only so often; doubles while it is confirmed. */
const SHORTEST_MS = 250;
const LONGEST_MS = 1000;

/** What the budget of a scope did not cover a moment ago. */
export class Refusal {
  readonly #now: () => number;
  #amount: PicoUsd | undefined;
  #untilMs = 0;
  #durationMs = SHORTEST_MS;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether there is no use in asking for so much. */
  holdsFor(amount: PicoUsd): boolean {
    return (
      this.#amount !== undefined &&
      amount >= this.#amount &&
      this.#now() < this.#untilMs
    );
  }

  remember(amount: PicoUsd): void {
    this.#amount = amount;
    this.#untilMs = this.#now() + this.#durationMs;
    this.#durationMs = Math.min(2 * this.#durationMs, LONGEST_MS);
  }

  /** Whether a grant shows that the budget has come to more. */
  isDisprovedBy(granted: PicoUsd): boolean {
    return this.#amount !== undefined && granted >= this.#amount;
  }

  forget(): void {
    this.#amount = undefined;
    this.#durationMs = SHORTEST_MS;
  }
}

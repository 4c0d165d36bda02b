import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const DAY_MS = 86_400_000;

/** What the copies for each candidate may still cost today. Days are UTC's; counted by this replica alone. */
export class ShadowSpend {
  readonly #clock: () => number;
  readonly #spent = new Map<string, bigint>();
  #day = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Takes the dearest that a copy can cost from the cap. @returns whether it is there */
  tryHold(model: string, worst: PicoUsd, cap: PicoUsd): boolean {
    const day = Math.floor(this.#clock() / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#spent.clear();
    }
    const spent = (this.#spent.get(model) ?? 0n) + worst;
    if (spent > cap) return false;
    this.#spent.set(model, spent);
    return true;
  }

  /** Replaces what was held for a copy by what it cost. */
  settle(model: string, held: PicoUsd, cost: PicoUsd): void {
    const spent = this.#spent.get(model);
    if (spent === undefined) return; // of yesterday
    const left = spent - held + cost;
    this.#spent.set(model, left > 0n ? left : 0n);
  }
}

/** Usage of one attempt at a provider, as it is settled. */
export interface SettledUsage {
  leaseId: string;
  costPicoUsd: bigint;
  /** The usage record, as JSON. */
  text: string;
}

/** Usage that the control plane does not have, with its number in the journal. */
export interface UndeliveredUsage extends SettledUsage {
  number: number;
}

/** Below this, places of delivered usage are not worth moving the rest for. */
const LEAST_PLACES = 4096;

/**
 * Usage in the order in which it was settled. An array with a moving start, as records leave in the order in
 * which they came: a Map that is filled and emptied all the time costs several times as much.
 */
export class Undelivered implements Iterable<UndeliveredUsage> {
  #usages: Array<UndeliveredUsage | undefined> = [];
  #start = 0;
  #nextNumber = 1;

  get size(): number {
    return this.#usages.length - this.#start;
  }

  /** The number of the usage that comes next; numbers grow for as long as the journal lives. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  get oldest(): UndeliveredUsage | undefined {
    return this.#usages[this.#start];
  }

  /** @param number - at least {@link Undelivered.nextNumber}; above it where lines of the journal were lost */
  push(number: number, { leaseId, costPicoUsd, text }: SettledUsage): void {
    this.#usages.push({ number, leaseId, costPicoUsd, text });
    this.#nextNumber = number + 1;
  }

  /** Forgets what the control plane has: every usage up to a number. */
  removeThrough(number: number): void {
    for (
      let oldest = this.oldest;
      oldest !== undefined && oldest.number <= number;
      oldest = this.oldest
    ) {
      this.#usages[this.#start] = undefined;
      this.#start += 1;
    }
    if (this.#start < LEAST_PLACES || this.#start < this.size) return;
    this.#usages = this.#usages.slice(this.#start);
    this.#start = 0;
  }

  /** Forgets everything, but not how far the numbers have come. */
  clear(): void {
    this.#usages = [];
    this.#start = 0;
  }

  *[Symbol.iterator](): Generator<UndeliveredUsage> {
    for (let at = this.#start; at < this.#usages.length; at++) {
      const usage = this.#usages[at];
      if (usage) yield usage;
    }
  }
}

import { createRandom, type Random } from '../random/createRandom';
import type { Fault, FaultRule } from './Fault';
import { parseFault } from './parseFault';

/** Decides what goes wrong with an answer: what the caller asks for, else what a rule says. */
export class FaultPicker {
  readonly #rules: readonly FaultRule[];
  readonly #seed: number;
  #random: Random;

  /** @throws TypeError on a probability outside 0 to 1 */
  constructor(rules: readonly FaultRule[], seed: number) {
    for (const { probability = 1 } of rules) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new TypeError(
          `Cannot use ${probability} as the probability of a fault: it must be 0 to 1`,
        );
      }
    }
    this.#rules = rules;
    this.#seed = seed;
    this.#random = createRandom(seed);
  }

  /**
   * @param directive the caller's wish, as `parseFault` reads it
   * @throws TypeError when the wish cannot be read
   */
  pick(model: string, directive?: string): Fault | undefined {
    const rules =
      directive === undefined ? this.#rules : [parseFault(directive)];
    return rules.find(
      rule =>
        (rule.model === undefined || rule.model === model) &&
        this.#random() < (rule.probability ?? 1),
    );
  }

  /** The rules strike again as they did from the start. */
  reset(): void {
    this.#random = createRandom(this.#seed);
  }
}

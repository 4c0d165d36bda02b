import type { Random } from '../random/createRandom';

/** How long a model thinks. All zero: answers come at once. */
export interface LatencySettings {
  /** Milliseconds from the request to the first token. */
  firstTokenMs: number;
  /** Milliseconds from token to token. */
  betweenTokensMs: number;
  /** Each wait is between (1 − jitter) and (1 + jitter) times as long; 0 to 1. */
  jitter: number;
}

/** The waits of one answer; the same random numbers give the same waits. */
export class Latency {
  readonly #settings: LatencySettings;
  readonly #random: Random;

  constructor(settings: LatencySettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  firstTokenMs(): number {
    return this.#vary(this.#settings.firstTokenMs);
  }

  betweenTokensMs(): number {
    return this.#vary(this.#settings.betweenTokensMs);
  }

  /** From the request to the last of `tokens`. */
  wholeAnswerMs(tokens: number): number {
    let sum = this.firstTokenMs();
    if (this.#settings.betweenTokensMs === 0) return sum;
    for (let token = 1; token < tokens; token++) sum += this.betweenTokensMs();
    return sum;
  }

  #vary(meanMs: number): number {
    if (meanMs === 0) return 0;
    return meanMs * (1 + this.#settings.jitter * (2 * this.#random() - 1));
  }
}

import { TargetHealth } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** When a target is left alone. */
export interface CircuitOptions {
  /** So many failures in a row. */
  failures: number;
  /** For so long at first, in milliseconds. */
  pauseMs: number;
  /** For so long at most, in milliseconds. */
  longestPauseMs: number;
}

/** What holds where the configuration says nothing. */
export const DEFAULT_CIRCUIT: CircuitOptions = {
  failures: 5,
  pauseMs: 2_000,
  longestPauseMs: 60_000,
};

/**
 * Leaves a target alone that fails again and again, and lets one call at a time try it when a pause is over.
 * Each failed try doubles the pause.
 *
 * @see Michael T. Nygard, Release It!, chapter "Circuit Breaker"
 */
export class CircuitBreaker {
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #options: CircuitOptions;
  #failuresInRow = 0;
  #pauseMs: number;
  /** Until then nobody calls it; undefined while it is closed. */
  #openUntilMs: number | undefined;
  /** The call that tries it now. */
  #probe: number | undefined;
  #probeCount = 0;

  constructor(options: {
    circuit: CircuitOptions;
    clock: () => number;
    random?: () => number;
  }) {
    this.#options = options.circuit;
    this.#pauseMs = options.circuit.pauseMs;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
  }

  get state(): TargetHealth['circuit'] {
    if (this.#openUntilMs === undefined) return 'closed';
    return this.#probe !== undefined || this.#clock() >= this.#openUntilMs
      ? 'half-open'
      : 'open';
  }

  /** Whether a call may go out now. */
  get isAvailable(): boolean {
    if (this.#openUntilMs === undefined) return true;
    return this.#probe === undefined && this.#clock() >= this.#openUntilMs;
  }

  /** How long until somebody may try again, in milliseconds; 0 when at once. */
  get waitMs(): number {
    return Math.max(0, (this.#openUntilMs ?? 0) - this.#clock());
  }

  /**
   * A call goes out.
   *
   * @returns the number of the try, if it is one: its end says it again, as others that end may be from before the
   *   circuit opened
   */
  started(): number | undefined {
    if (this.#openUntilMs === undefined) return undefined;
    this.#probeCount += 1;
    this.#probe = this.#probeCount;
    return this.#probe;
  }

  /** A call ended without saying anything of the target: refused for what it asked, or given up by its caller. */
  ended(probe: number | undefined): void {
    if (probe === this.#probe) this.#probe = undefined;
  }

  succeeded(): void {
    this.#failuresInRow = 0;
    this.#openUntilMs = undefined;
    this.#probe = undefined;
    this.#pauseMs = this.#options.pauseMs;
  }

  failed(probe: number | undefined): void {
    this.#failuresInRow += 1;
    const isProbe = probe !== undefined && probe === this.#probe;
    this.ended(probe);
    const { failures, longestPauseMs } = this.#options;
    const isOpen = this.#openUntilMs !== undefined;
    // one from before it opened says nothing new
    if (isOpen ? !isProbe : this.#failuresInRow < failures) return;
    if (isProbe) this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
    // up to a fifth by chance: replicas do not all try in the same moment
    const pauseMs = this.#pauseMs * (1 + this.#random() / 5);
    this.#openUntilMs = this.#clock() + pauseMs;
  }
}

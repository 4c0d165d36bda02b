import {
  FallbackCause,
  TargetHealth,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledModel, CompiledTarget } from '../snapshot/CompiledSnapshot';
import { CircuitBreaker, CircuitOptions } from './CircuitBreaker';
import { MinuteCounter } from './MinuteCounter';

/** How much the newest measurement moves the average. */
const SMOOTHING = 0.2;
/** A provider that says nothing else is left alone this long when it is full. */
const BUSY_MS = 1_000;
const LONGEST_BUSY_MS = 30_000;

/** What this replica knows of a target: what it decides by, and what it shows. */
export class TargetState {
  readonly circuit: CircuitBreaker;
  readonly #clock: () => number;
  readonly #calls: MinuteCounter;
  readonly #failures: MinuteCounter;
  #inFlight = 0;
  #latencyMs: number | undefined;
  #busyUntilMs = 0;
  #lastFailure: TargetHealth['lastFailure'];

  constructor(options: {
    circuit: CircuitOptions;
    clock: () => number;
    random?: () => number;
  }) {
    this.circuit = new CircuitBreaker(options);
    this.#clock = options.clock;
    this.#calls = new MinuteCounter(options.clock);
    this.#failures = new MinuteCounter(options.clock);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Time to the first byte, smoothed; 0 before the first call, so that a new target is tried. */
  get latencyMs(): number {
    return this.#latencyMs ?? 0;
  }

  /** Whether it said lately that it is full. */
  get isBusy(): boolean {
    return this.#busyUntilMs > 0 && this.#busyUntilMs > this.#clock();
  }

  /** @returns the number of the try, where the circuit is open: the call's end says it again */
  started(): number | undefined {
    this.#inFlight += 1;
    return this.circuit.started();
  }

  /** It began to answer. The call is still in flight. */
  answered(firstByteMs: number): void {
    this.circuit.succeeded();
    this.#busyUntilMs = 0;
    this.#latencyMs =
      this.#latencyMs === undefined
        ? firstByteMs
        : this.#latencyMs + SMOOTHING * (firstByteMs - this.#latencyMs);
  }

  failed(
    cause: FallbackCause,
    retryAfterMs: number | undefined,
    probe?: number,
  ): void {
    this.#failures.add();
    this.#lastFailure = { at: new Date(this.#clock()).toISOString(), cause };
    if (cause === 'rate-limit') {
      this.circuit.ended(probe);
      const busyMs = Math.min(retryAfterMs ?? BUSY_MS, LONGEST_BUSY_MS);
      this.#busyUntilMs = this.#clock() + busyMs;
    } else if (cause === 'error' || cause === 'timeout') {
      this.circuit.failed(probe);
    } else {
      this.circuit.ended(probe); // about the request, not the target
    }
  }

  /** The call is over, however it ended. */
  ended(probe?: number): void {
    this.#inFlight -= 1;
    this.#calls.add();
    this.circuit.ended(probe);
  }

  health(target: CompiledTarget, model: CompiledModel): TargetHealth {
    return {
      id: target.id,
      model: model.name,
      provider: target.provider,
      stage: target.stage,
      circuit: this.circuit.state,
      inFlight: this.#inFlight,
      calls: this.#calls.count,
      failures: this.#failures.count,
      latencyMs: this.#latencyMs,
      lastFailure: this.#lastFailure,
    };
  }
}

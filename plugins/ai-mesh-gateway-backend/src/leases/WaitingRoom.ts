import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { Hold, Lease } from './Lease';
import type { LeaseSource } from './ScopeLeases';

/** Calls that may wait for money to come back; more are refused at once. */
const MAX_QUEUED = 256;
/** How often the budget is asked again for those. */
const RETRY_MS = 500;

/** A call that waits for its hold. */
export interface Waiter {
  readonly amount: PicoUsd;
  /** How long it waits after a refusal, in milliseconds since 1970; 0: it does not. */
  readonly untilMs: number;
  resolve(hold: Hold): void;
  reject(error: Error): void;
}

/**
 * The calls of one scope that wait: some for the answer to a request that is made for them, others, which were refused,
 * for money to come back.
 */
export class WaitingRoom {
  readonly #source: Pick<LeaseSource, 'now' | 'sleep'>;
  readonly #onRetry: () => void;
  #asking: Waiter[] = [];
  #queued: Waiter[] = [];
  #isScheduled = false;

  /** @param options.onRetry - called when the budget is to be asked again for those that queue */
  constructor(options: {
    source: Pick<LeaseSource, 'now' | 'sleep'>;
    onRetry: () => void;
  }) {
    this.#source = options.source;
    this.#onRetry = options.onRetry;
  }

  /** How many wait for an answer. */
  get size(): number {
    return this.#asking.length;
  }

  /** Whether there is nobody to ask for. */
  get isQuiet(): boolean {
    return this.#asking.length === 0;
  }

  get isEmpty(): boolean {
    return this.isQuiet && this.#queued.length === 0;
  }

  has(waiter: Waiter): boolean {
    return this.#asking.includes(waiter);
  }

  first(count: number): Waiter[] {
    return this.#asking.slice(0, count);
  }

  amounts(): PicoUsd[] {
    return this.#asking.map(({ amount }) => amount);
  }

  /** For a call that is to be asked for. */
  enter(amount: PicoUsd): { held: Promise<Hold> } {
    const { waiter, held } = newWaiter(amount, 0);
    this.#asking.push(waiter);
    return { held };
  }

  /** For a call that was refused, and has time. */
  queue(
    amount: PicoUsd,
    untilMs: number,
  ): { held: Promise<Hold>; leave(reason: Error): void } {
    const { waiter, held } = newWaiter(amount, untilMs);
    if (this.#queued.length >= MAX_QUEUED) {
      waiter.reject(new GatewayError('insufficient_quota'));
    } else {
      this.#queued.push(waiter);
      this.#schedule();
    }
    const leave = (reason: Error) => {
      this.#queued = this.#queued.filter(each => each !== waiter);
      this.#asking = this.#asking.filter(each => each !== waiter);
      waiter.reject(reason);
    };
    return { held, leave };
  }

  /** Those that queue are to be asked for again, before those that came later. */
  callUp(): void {
    const nowMs = this.#source.now();
    const queued = this.#queued;
    this.#queued = [];
    const waiting = queued.filter(waiter => waiter.untilMs > nowMs);
    this.#asking = [...waiting, ...this.#asking];
    for (const waiter of queued) {
      if (waiter.untilMs <= nowMs) refuse(waiter);
    }
  }

  /** In the order in which they came; a dear call does not stop a cheap one behind it. */
  serve(lease: Lease): void {
    if (this.isEmpty) return;
    const isLeft = (waiter: Waiter) => !give(waiter, lease);
    this.#queued = this.#queued.filter(isLeft);
    this.#asking = this.#asking.filter(isLeft);
  }

  /** Before all others. */
  serveOne(waiter: Waiter, lease: Lease): void {
    if (!this.has(waiter) || !give(waiter, lease)) return;
    this.#asking = this.#asking.filter(each => each !== waiter);
  }

  /** The budget does not cover these: who has time queues, the others are told. */
  refuse(waiters: readonly Waiter[]): void {
    const nowMs = this.#source.now();
    const refused = new Set(waiters);
    const [gone, left] = partition(this.#asking, each => refused.has(each));
    this.#asking = left;
    const [patient, others] = partition(gone, each => each.untilMs > nowMs);
    this.#queued.push(...patient);
    for (const waiter of others) refuse(waiter);
    this.#schedule();
  }

  /** There is no answer: who has time queues, the others are told. */
  refuseAll(code: 'budget_unavailable'): void {
    const nowMs = this.#source.now();
    const [patient, others] = partition(
      this.#asking,
      each => each.untilMs > nowMs,
    );
    this.#asking = [];
    this.#queued.push(...patient);
    for (const waiter of others) waiter.reject(new GatewayError(code));
    this.#schedule();
  }

  /** Nobody is called up again. */
  close(): void {
    for (const waiter of this.#queued) refuse(waiter);
    this.#queued = [];
  }

  #schedule(): void {
    if (this.#isScheduled || this.#queued.length === 0) return;
    const nowMs = this.#source.now();
    let pauseMs = RETRY_MS;
    for (const { untilMs } of this.#queued) {
      pauseMs = Math.min(pauseMs, Math.max(0, untilMs - nowMs));
    }
    this.#isScheduled = true;
    this.#source
      .sleep(pauseMs)
      .then(() => {
        this.#isScheduled = false;
        this.#onRetry();
        this.#schedule();
      })
      .catch(() => {});
  }
}

function newWaiter(amount: PicoUsd, untilMs: number) {
  let resolve: (hold: Hold) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const held = new Promise<Hold>((onHeld, onRefused) => {
    resolve = onHeld;
    reject = onRefused;
  });
  return { waiter: { amount, untilMs, resolve, reject }, held };
}

/** @returns whether the lease had enough */
function give(waiter: Waiter, lease: Lease): boolean {
  const hold = lease.tryHold(waiter.amount);
  if (hold) waiter.resolve(hold);
  return hold !== undefined;
}

function refuse(waiter: Waiter): void {
  waiter.reject(new GatewayError('insufficient_quota'));
}

function partition<T>(all: readonly T[], test: (each: T) => boolean) {
  const yes: T[] = [];
  const no: T[] = [];
  for (const each of all) (test(each) ? yes : no).push(each);
  return [yes, no] as const;
}

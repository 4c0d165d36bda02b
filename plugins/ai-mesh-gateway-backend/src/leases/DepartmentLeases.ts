import {
  PicoUsd,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { Hold, Lease } from './Lease';

/** How long a refusal is remembered, so that a department without budget asks only so often. */
const REFUSAL_MS = 250;
/** A new lease is fetched ahead when less than a quarter is left; after a refusal, not before this. */
const PREFETCH_PAUSE_MS = 1000;

/** What one department asks of the control plane. */
export interface LeaseSource {
  /** @returns undefined when the budget does not cover it. @throws when there is no answer in time */
  request(departmentRef: string, needed: PicoUsd): Promise<Lease | undefined>;
  /** Hands back what can be: waits until usage is delivered. @returns whether any lease was */
  returnIdle(departmentRef: string): Promise<boolean>;
  now(): number;
}

interface Waiter {
  amount: PicoUsd;
  resolve(hold: Hold): void;
  reject(error: GatewayError): void;
}

/** The leases of one department: one that is held from, the calls that wait, and the last refusal. */
export class DepartmentLeases {
  readonly #departmentRef: string;
  readonly #source: LeaseSource;
  #current: Lease | undefined;
  #waiters: Waiter[] = [];
  #isAsking = false;
  #refusal: { amount: PicoUsd; untilMs: number } | undefined;
  #nextPrefetchMs = 0;

  constructor(departmentRef: string, source: LeaseSource) {
    this.#departmentRef = departmentRef;
    this.#source = source;
  }

  /** Holds at once, or not at all. No await between test and take. */
  tryHold(amount: PicoUsd): Hold | undefined {
    const lease = this.#openLease();
    const hold = lease?.tryHold(amount);
    if (lease && hold && 4n * lease.availablePicoUsd < lease.grantedPicoUsd) {
      this.#prefetch(amount);
    }
    return hold;
  }

  /**
   * Holds when the control plane has granted enough. All that wait share one request.
   *
   * @throws GatewayError `insufficient_quota`, `budget_unavailable`
   */
  waitForHold(amount: PicoUsd): Promise<Hold> {
    const refusal = this.#refusal;
    if (
      refusal &&
      amount >= refusal.amount &&
      this.#source.now() < refusal.untilMs
    ) {
      return Promise.reject(new GatewayError('insufficient_quota'));
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ amount, resolve, reject });
      this.#ask().catch(() => this.#rejectAll('budget_unavailable'));
    });
  }

  /** Something was given back to the lease in use, or to the budget. */
  freed(): void {
    this.#refusal = undefined;
    if (this.#waiters.length > 0) this.#serve();
  }

  /** The budget has changed: leases of a lower epoch are handed back. */
  recall(budgetEpoch: number): void {
    const lease = this.#current;
    if (!lease || lease.budgetEpoch >= budgetEpoch) return;
    this.#drain('recalled');
    this.#refusal = undefined;
    this.#nextPrefetchMs = 0;
  }

  /** Lets go of the lease in use when its time is over. */
  expire(): void {
    this.#openLease();
  }

  shutDown(): void {
    this.#drain('shutting-down');
  }

  #openLease(): Lease | undefined {
    const lease = this.#current;
    if (lease && lease.expiresAtMs <= this.#source.now()) {
      this.#drain('expired');
      return undefined;
    }
    return lease;
  }

  #drain(event: 'expired' | 'recalled' | 'replaced' | 'shutting-down'): void {
    this.#current?.apply(event);
    this.#current = undefined;
  }

  #adopt(lease: Lease): void {
    this.#drain('replaced');
    this.#current = lease;
    this.#refusal = undefined;
    this.#serve();
  }

  /** In the order in which they came; a dear call does not stop a cheap one behind it. */
  #serve(): void {
    this.#waiters = this.#waiters.filter(waiter => {
      const hold = this.#openLease()?.tryHold(waiter.amount);
      if (hold) waiter.resolve(hold);
      return hold === undefined;
    });
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#waiters.length > 0) await this.#obtain();
    } finally {
      this.#isAsking = false;
    }
  }

  /** One round: ends with a lease, or with everyone that waits refused. */
  async #obtain(): Promise<void> {
    let needed = sumPicoUsd(this.#waiters.map(waiter => waiter.amount));
    let hasReturned = false;
    while (this.#waiters.length > 0) {
      const lease = await this.#source.request(this.#departmentRef, needed);
      if (lease) {
        this.#adopt(lease);
        return;
      }
      const smallest = this.#smallestNeed();
      if (!hasReturned) {
        hasReturned = true;
        if (await this.#returnRest()) continue;
      }
      if (smallest === undefined) return;
      if (needed <= smallest) {
        this.#refuse(needed);
        return;
      }
      // not for all of them: what fits goes through
      const half = picoUsd(needed / 2n);
      needed = half > smallest ? half : smallest;
    }
  }

  #smallestNeed(): PicoUsd | undefined {
    let smallest: PicoUsd | undefined;
    for (const { amount } of this.#waiters) {
      if (smallest === undefined || amount < smallest) smallest = amount;
    }
    return smallest;
  }

  /** The rest of a lease that is too small is missing in the budget: back it goes before a call is refused. */
  async #returnRest(): Promise<boolean> {
    if (this.#current && !this.#current.hasHolds) this.#drain('replaced');
    return this.#source.returnIdle(this.#departmentRef);
  }

  #refuse(amount: PicoUsd): void {
    const untilMs = this.#source.now() + REFUSAL_MS;
    this.#refusal = { amount, untilMs };
    this.#rejectAll('insufficient_quota');
  }

  #rejectAll(code: 'insufficient_quota' | 'budget_unavailable'): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(new GatewayError(code));
  }

  #prefetch(amount: PicoUsd): void {
    if (this.#isAsking || this.#source.now() < this.#nextPrefetchMs) return;
    this.#isAsking = true;
    this.#nextPrefetchMs = this.#source.now() + PREFETCH_PAUSE_MS;
    this.#source
      .request(this.#departmentRef, amount)
      .then(lease => {
        if (!lease) return;
        this.#nextPrefetchMs = 0;
        this.#adopt(lease);
      })
      .catch(() => {}) // the lease in use goes on; a call that finds it empty asks again and says so
      .finally(() => {
        this.#isAsking = false;
        this.#ask().catch(() => this.#rejectAll('budget_unavailable'));
      });
  }
}

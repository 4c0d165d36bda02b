import { PicoUsd, sumPicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { CompiledScope } from '../snapshot/compileScopes';
import { Hold, Lease } from './Lease';
import { LeaseEvent } from './leaseState';
import { Refusal } from './Refusal';
import { Waiter, WaitingRoom } from './WaitingRoom';

/** In the end-game, all calls of so long are asked for together, but for the first. */
const END_GAME_PAUSE_MS = 400;
/** A new lease is fetched ahead when less than a quarter is left; after a refusal, not before this. */
const PREFETCH_PAUSE_MS = 1000;
/** Calls for which single leases are asked in one request. */
const MAX_REQUESTS = 100;

/** What the leases of a scope need of those of all others. */
export interface LeaseSource {
  /**
   * Asks for a lease for each amount, in one request.
   *
   * @returns one for each amount; undefined where the budget does not cover it. @throws when there is no answer in time
   */
  request(
    scope: Pick<CompiledScope, 'id' | 'budgets'>,
    amounts: readonly PicoUsd[],
  ): Promise<Array<Lease | undefined>>;
  /** Hands back what can be: waits until usage is delivered. @returns whether any lease was */
  returnIdle(scopeId: string): Promise<boolean>;
  /** A lease takes no more holds. */
  drained(lease: Lease): void;
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * The leases of one scope: one that is held from, the calls that wait, and the last refusal.
 *
 * In the end-game of a budget no lease is held from: each call asks for its own, which goes back when it ends.
 */
export class ScopeLeases {
  readonly #scope: Pick<CompiledScope, 'id' | 'budgets'>;
  readonly #source: LeaseSource;
  readonly #room: WaitingRoom;
  readonly #refusal: Refusal;
  #current: Lease | undefined;
  #isAsking = false;
  #isEndGame = false;
  /** The lowest that is not recalled. */
  #epoch: number;
  #nextPrefetchMs = 0;
  /** In the end-game: when it may be asked again. */
  #nextAskMs = 0;

  constructor(scope: CompiledScope, source: LeaseSource) {
    this.#scope = { id: scope.id, budgets: scope.budgets };
    this.#epoch = scope.epoch;
    this.#source = source;
    this.#refusal = new Refusal(() => source.now());
    this.#room = new WaitingRoom({
      source,
      onRetry: () => this.#retry(),
    });
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
    if (this.#refusal.holdsFor(amount)) {
      return Promise.reject(new GatewayError('insufficient_quota'));
    }
    const { held } = this.#room.enter(amount);
    this.#ask();
    return held;
  }

  /**
   * For a call that was refused: holds when money comes back in time. First come, first served.
   *
   * @param untilMs - milliseconds since 1970
   * @returns `held` rejects with `insufficient_quota` then, or at once when too many wait; `leave` with the given reason
   */
  queueForHold(
    amount: PicoUsd,
    untilMs: number,
  ): { held: Promise<Hold>; leave(reason: Error): void } {
    return this.#room.queue(amount, untilMs);
  }

  /** Something was given back to the lease in use. */
  freed(): void {
    this.#refusal.forget();
    const lease = this.#openLease();
    if (!lease || this.#room.isEmpty) return;
    this.#room.serve(lease);
    // what is too little here, and what is left elsewhere, may be enough together
    if (!lease.hasHolds) this.#retry();
  }

  /** A lease was handed back: the budget has more than before. */
  returned(): void {
    // near the limit it is what others, who asked before, are waiting for
    if (!this.#isEndGame) this.#refusal.forget();
    this.#retry();
  }

  /** The budgets may have changed: a lease of a lower epoch is handed back. */
  recall(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    const lease = this.#current;
    if (lease && lease.budgetEpoch < epoch) this.#drain('recalled');
    this.#refusal.forget();
    this.#nextPrefetchMs = 0;
    this.#isEndGame = false;
    this.#retry();
  }

  /** Nothing is held against these budgets any more. @returns whether nobody waits, either */
  retire(): boolean {
    this.#drain('recalled');
    return this.#room.isEmpty;
  }

  /** Lets go of the lease in use when its time is over. */
  expire(): void {
    this.#openLease();
  }

  shutDown(): void {
    this.#drain('shutting-down');
    this.#room.close();
  }

  #openLease(): Lease | undefined {
    const lease = this.#current;
    if (lease && lease.expiresAtMs <= this.#source.now()) {
      this.#drain('expired');
      return undefined;
    }
    return lease;
  }

  #drain(event: LeaseEvent): void {
    const lease = this.#current;
    this.#current = undefined;
    if (lease) this.#close(lease, event);
  }

  #close(lease: Lease, event: LeaseEvent): void {
    lease.apply(event);
    this.#source.drained(lease);
  }

  /** @param waiter - for whom it was asked alone */
  #adopt(lease: Lease, waiter?: Waiter): void {
    const isDisproved = this.#refusal.isDisprovedBy(lease.grantedPicoUsd);
    if (isDisproved || !lease.isEndGame) this.#refusal.forget();
    this.#isEndGame = lease.isEndGame;
    if (waiter) this.#room.serveOne(waiter, lease);
    if (lease.isEndGame) {
      this.#room.serve(lease);
      this.#close(lease, 'end-game');
      return;
    }
    this.#drain('replaced');
    this.#current = lease;
    this.#room.serve(lease);
    // it was granted while the news of a change was on its way
    if (lease.budgetEpoch < this.#epoch) this.#drain('recalled');
  }

  #retry(): void {
    this.#room.callUp();
    this.#ask();
  }

  #ask(): void {
    if (this.#isAsking || this.#room.isQuiet) return;
    this.#isAsking = true;
    this.#obtainAll()
      .catch(() => this.#room.refuseAll('budget_unavailable'))
      .finally(() => {
        this.#isAsking = false;
        this.#ask();
      });
  }

  async #obtainAll(): Promise<void> {
    while (!this.#room.isQuiet) {
      await this.#pace();
      await this.#obtain();
    }
  }

  /** Near the limit every call needs the control plane: those of a moment share a request. */
  async #pace(): Promise<void> {
    if (!this.#isEndGame) return;
    const waitMs = this.#nextAskMs - this.#source.now();
    if (waitMs > 0) await this.#source.sleep(waitMs);
    this.#nextAskMs = this.#source.now() + END_GAME_PAUSE_MS;
  }

  /** One round: ends with everyone held or refused who waited when it began. */
  async #obtain(): Promise<void> {
    const isForOne = this.#isEndGame || this.#room.size === 1;
    if (!isForOne && (await this.#obtainTogether())) return;
    const waiters = this.#room.first(MAX_REQUESTS);
    let refused = await this.#obtainEach(waiters);
    // the rest of a lease that is too small is missing in the budget: back it goes before a call is refused
    const mayHelp = refused.length > 0 && !this.#isEndGame;
    if (mayHelp && (await this.#returnRest())) {
      refused = await this.#obtainEach(refused);
    }
    if (refused.length > 0) this.#refuse(refused);
  }

  async #obtainTogether(): Promise<boolean> {
    const needed = sumPicoUsd(this.#room.amounts());
    const [lease] = await this.#source.request(this.#scope, [needed]);
    if (lease) this.#adopt(lease);
    return lease !== undefined;
  }

  /** A lease for each, as far as the budget goes. @returns those that it does not cover */
  async #obtainEach(waiters: readonly Waiter[]): Promise<Waiter[]> {
    const waiting = waiters.filter(waiter => this.#room.has(waiter));
    if (waiting.length === 0) return [];
    const leases = await this.#source.request(
      this.#scope,
      waiting.map(({ amount }) => amount),
    );
    for (const [index, lease] of leases.entries()) {
      if (lease) this.#adopt(lease, waiting[index]);
    }
    return waiting.filter(waiter => this.#room.has(waiter));
  }

  async #returnRest(): Promise<boolean> {
    if (this.#current && !this.#current.hasHolds) this.#drain('replaced');
    return this.#source.returnIdle(this.#scope.id);
  }

  #refuse(waiters: readonly Waiter[]): void {
    let amount = waiters[0].amount;
    for (const each of waiters) {
      if (each.amount < amount) amount = each.amount;
    }
    this.#refusal.remember(amount);
    this.#room.refuse(waiters);
  }

  #prefetch(amount: PicoUsd): void {
    if (
      this.#isAsking ||
      this.#isEndGame ||
      this.#source.now() < this.#nextPrefetchMs
    ) {
      return;
    }
    this.#isAsking = true;
    this.#nextPrefetchMs = this.#source.now() + PREFETCH_PAUSE_MS;
    this.#source
      .request(this.#scope, [amount])
      .then(([lease]) => {
        if (!lease) return;
        if (!lease.isEndGame) this.#nextPrefetchMs = 0;
        this.#adopt(lease);
      })
      .catch(() => {}) // the lease in use goes on; a call that finds it empty asks again and says so
      .finally(() => {
        this.#isAsking = false;
        this.#ask();
      });
  }
}

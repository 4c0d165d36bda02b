import { setTimeout as sleep } from 'node:timers/promises';
import {
  BudgetScope,
  LeaseResult,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Journal } from '../journal/Journal';
import { ControlPlane } from '../link/ControlPlane';
import { describeError, Logger } from '../Logger';
import { CountEvent } from '../metrics/GatewayMetrics';
import { CompiledSnapshot } from '../snapshot/CompiledSnapshot';
import { CompiledScope, scopeId } from '../snapshot/compileScopes';
import { HoldSweep } from './HoldSweep';
import { Hold, Lease } from './Lease';
import { LeaseReturns } from './LeaseReturns';
import { LeaseSource, ScopeLeases } from './ScopeLeases';

const REQUEST_TIMEOUT_MS = 2000;

/** Every budget that this gateway may spend of. */
export class Leases implements LeaseSource {
  readonly #replicaId: string;
  readonly #controlPlane: ControlPlane;
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #clock: () => number;
  readonly #flushUsage: () => Promise<void>;
  readonly #hurryUsage: () => void;
  readonly #onEvent: CountEvent;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #scopes = new Map<string, ScopeLeases>();
  /** All that were granted and not handed back, by their ids. */
  readonly #leases = new Map<string, Lease>();
  readonly #returns: LeaseReturns;
  readonly #holdSweep: HoldSweep;

  constructor(options: {
    replicaId: string;
    controlPlane: ControlPlane;
    journal: Journal;
    logger: Logger;
    clock: () => number;
    /** How long a call may take, in milliseconds: no hold is needed for longer. */
    callMs: number;
    /** Delivers what is settled, so that leases can be handed back. */
    flushUsage: () => Promise<void>;
    /** Asks for what is settled to be delivered soon; {@link Leases.sweep} is called when it is. */
    hurryUsage: () => void;
    onEvent: CountEvent;
    /** For tests whose time is not the real one. */
    sleep?: (ms: number) => Promise<void>;
  }) {
    this.#replicaId = options.replicaId;
    this.#controlPlane = options.controlPlane;
    this.#journal = options.journal;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#flushUsage = options.flushUsage;
    this.#hurryUsage = options.hurryUsage;
    this.#onEvent = options.onEvent;
    this.#sleep = options.sleep ?? (ms => sleep(ms, undefined, { ref: false }));
    this.#returns = new LeaseReturns({
      ...options,
      leases: this.#leases,
      sleep: this.#sleep,
      onReturned: id => this.#scopes.get(id)?.returned(),
    });
    this.#holdSweep = new HoldSweep(options);
    this.#adoptFormerLeases();
  }

  get count(): number {
    return this.#leases.size;
  }

  now(): number {
    return this.#clock();
  }

  sleep(ms: number): Promise<void> {
    return this.#sleep(ms);
  }

  /** @see ScopeLeases.tryHold */
  tryHold(scope: CompiledScope, amount: PicoUsd): Hold | undefined {
    return this.#scope(scope).tryHold(amount);
  }

  /** @see ScopeLeases.waitForHold */
  waitForHold(scope: CompiledScope, amount: PicoUsd): Promise<Hold> {
    return this.#scope(scope).waitForHold(amount);
  }

  /** @see ScopeLeases.queueForHold */
  queueForHold(
    scope: CompiledScope,
    amount: PicoUsd,
    untilMs: number,
  ): ReturnType<ScopeLeases['queueForHold']> {
    return this.#scope(scope).queueForHold(amount, untilMs);
  }

  /** Replaces a hold by its bill. A second time, it does nothing. */
  settle(hold: Hold, cost: PicoUsd): void {
    hold.lease.settle(hold, cost);
    this.#freed(hold.lease);
  }

  /** Gives a hold back, unless it has ended. */
  release(hold: Hold): void {
    if (hold.state !== 'held') return;
    hold.lease.release(hold);
    this.#freed(hold.lease);
  }

  /** Hands back the leases whose budgets have changed, or that nothing is held against any more. */
  recall(snapshot: CompiledSnapshot): void {
    for (const [id, scope] of this.#scopes) {
      const compiled = snapshot.scopes.get(id);
      if (compiled) scope.recall(compiled.epoch);
      else if (scope.retire()) this.#scopes.delete(id);
    }
    this.sweep();
  }

  /** Lets go of what has expired, hands back what is idle, lowers watermarks. Called every so often. */
  sweep(): void {
    for (const scope of this.#scopes.values()) scope.expire();
    for (const lease of this.#holdSweep.run(this.#leases.values())) {
      this.#freed(lease);
    }
    this.#lowerWatermarks();
    this.#returns.soon();
  }

  /** Hands everything back: for the end of the process. */
  async shutDown(): Promise<void> {
    for (const scope of this.#scopes.values()) scope.shutDown();
    this.#lowerWatermarks();
    await this.#flushUsage();
    await this.#returns.atOnce();
  }

  async request(
    scope: Pick<CompiledScope, 'id' | 'budgets'>,
    amounts: readonly PicoUsd[],
  ): Promise<Array<Lease | undefined>> {
    const results = await this.#ask(scope.budgets, amounts);
    const isGranted = results.some(({ outcome }) => outcome === 'granted');
    const outcome = isGranted ? 'granted' : 'refused';
    this.#onEvent('lease-request', { outcome });
    const leases = amounts.map((_, index) =>
      this.#leaseOf(results[index], scope),
    );
    try {
      for (const lease of leases) if (lease) this.#putOnRecord(lease);
    } catch (error) {
      // none is held from: a crash would forget it. They go back
      for (const lease of leases) lease?.apply('replaced');
      throw error;
    }
    return leases;
  }

  async returnIdle(ofScope: string): Promise<boolean> {
    const isReturnable = (lease: Lease) =>
      lease.scopeId === ofScope && lease.state !== 'open' && !lease.hasHolds;
    const returnable = [...this.#leases.values()].filter(isReturnable);
    if (returnable.length === 0) return false;
    await this.#flushUsage();
    await this.#returns.atOnce();
    return returnable.some(lease => lease.state === 'released');
  }

  drained(lease: Lease): void {
    if (!lease.isMissed || !lease.isIdle) return;
    if (this.#journal.state.isDelivered(lease.id)) this.#returns.soon();
    else this.#hurryUsage();
  }

  async #ask(
    budgets: BudgetScope,
    amounts: readonly PicoUsd[],
  ): Promise<LeaseResult[]> {
    const requests = amounts.map(amount => ({
      ...budgets,
      neededPicoUsd: amount.toString(),
    }));
    try {
      return await this.#controlPlane.requestLeases(
        { replicaId: this.#replicaId, requests },
        { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) },
      );
    } catch (error) {
      this.#onEvent('lease-request', { outcome: 'failed' });
      throw error;
    }
  }

  #leaseOf(
    result: LeaseResult | undefined,
    scope: Pick<CompiledScope, 'id' | 'budgets'>,
  ): Lease | undefined {
    if (result === undefined || result.outcome === 'refused') return undefined;
    const { leaseId, grantedPicoUsd, budgetEpoch, isEndGame } = result;
    const lease = new Lease({
      id: leaseId,
      budgets: scope.budgets,
      scopeId: scope.id,
      grantedPicoUsd,
      budgetEpoch,
      expiresAtMs: Date.parse(result.expiresAt),
      isEndGame,
      writeWatermark: atMost => this.#journal.inFlight(leaseId, atMost),
    });
    this.#leases.set(leaseId, lease);
    return lease;
  }

  #putOnRecord(lease: Lease): void {
    this.#journal.leaseGranted({
      leaseId: lease.id,
      ...lease.budgets,
      grantedPicoUsd: lease.grantedPicoUsd.toString(),
      budgetEpoch: lease.budgetEpoch,
      expiresAtMs: lease.expiresAtMs,
    });
  }

  /** What a former life of the gateway held is handed back; what it left unfinished stays held. */
  #adoptFormerLeases(): void {
    const { leases } = this.#journal.state;
    for (const [id, { granted }] of leases) {
      const { departmentRef, applicationRef, keyId, model } = granted;
      const budgets: BudgetScope = {
        departmentRef,
        applicationRef,
        keyId,
        model,
      };
      const lease = new Lease({
        id,
        budgets,
        scopeId: scopeId(budgets),
        grantedPicoUsd: picoUsd(BigInt(granted.grantedPicoUsd)),
        budgetEpoch: granted.budgetEpoch,
        expiresAtMs: granted.expiresAtMs,
        writeWatermark: atMost => this.#journal.inFlight(id, atMost),
        keepPicoUsd: this.#journal.state.keepAfterCrash(id),
      });
      lease.apply('replaced');
      this.#leases.set(lease.id, lease);
    }
  }

  #freed(lease: Lease): void {
    if (lease.state === 'open') this.#scopes.get(lease.scopeId)?.freed();
    else this.drained(lease);
  }

  #lowerWatermarks(): void {
    try {
      for (const lease of this.#leases.values()) lease.lowerWatermark();
    } catch (error) {
      // too high is safe: a crash would leave more held than was in flight
      this.#logger.debug(`Watermarks stay for now: ${describeError(error)}`);
    }
  }

  #scope(scope: CompiledScope): ScopeLeases {
    let leases = this.#scopes.get(scope.id);
    if (!leases) {
      leases = new ScopeLeases(scope, this);
      this.#scopes.set(scope.id, leases);
    }
    return leases;
  }
}

import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Journal } from '../journal/Journal';
import { ControlPlane } from '../link/ControlPlane';
import { describeError, Logger } from '../Logger';
import { CompiledSnapshot } from '../snapshot/CompiledSnapshot';
import { DepartmentLeases, LeaseSource } from './DepartmentLeases';
import { Hold, Lease } from './Lease';

const REQUEST_TIMEOUT_MS = 2000;
const RELEASE_TIMEOUT_MS = 5000;
const MAX_RELEASES = 1000;

/** Every budget that this gateway may spend of. */
export class Leases implements LeaseSource {
  readonly #replicaId: string;
  readonly #controlPlane: ControlPlane;
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #clock: () => number;
  readonly #flushUsage: () => Promise<void>;
  readonly #departments = new Map<string, DepartmentLeases>();
  readonly #leases = new Map<string, Lease>();
  #releasing: Promise<number> | undefined;

  constructor(options: {
    replicaId: string;
    controlPlane: ControlPlane;
    journal: Journal;
    logger: Logger;
    clock: () => number;
    /** Delivers what is settled, so that leases can be handed back. */
    flushUsage: () => Promise<void>;
  }) {
    this.#replicaId = options.replicaId;
    this.#controlPlane = options.controlPlane;
    this.#journal = options.journal;
    this.#logger = options.logger;
    this.#clock = options.clock;
    this.#flushUsage = options.flushUsage;
    this.#adoptFormerLeases();
  }

  get count(): number {
    return this.#leases.size;
  }

  now(): number {
    return this.#clock();
  }

  /** @see DepartmentLeases.tryHold */
  tryHold(departmentRef: string, amount: PicoUsd): Hold | undefined {
    return this.#department(departmentRef).tryHold(amount);
  }

  /** @see DepartmentLeases.waitForHold */
  waitForHold(departmentRef: string, amount: PicoUsd): Promise<Hold> {
    return this.#department(departmentRef).waitForHold(amount);
  }

  /** Replaces a hold by its bill. */
  settle(hold: Hold, cost: PicoUsd): void {
    hold.lease.settle(hold, cost);
    this.#department(hold.lease.departmentRef).freed();
  }

  /** Gives a hold back, unless it was settled. */
  release(hold: Hold): void {
    if (hold.state !== 'held') return;
    hold.lease.release(hold);
    this.#department(hold.lease.departmentRef).freed();
  }

  /** Hands back the leases whose budget has changed. */
  recall(snapshot: CompiledSnapshot): void {
    for (const [ref, { budgetEpoch }] of snapshot.departments) {
      this.#departments.get(ref)?.recall(budgetEpoch);
    }
    this.sweep();
  }

  /** Lets go of what has expired, hands back what is idle, lowers watermarks. Called every so often. */
  sweep(): void {
    for (const department of this.#departments.values()) department.expire();
    this.#lowerWatermarks();
    this.#releaseIdle().catch(error => this.#reportRelease(error));
  }

  /** Hands everything back: for the end of the process. */
  async shutDown(): Promise<void> {
    for (const department of this.#departments.values()) department.shutDown();
    this.#lowerWatermarks();
    await this.#flushUsage();
    await this.#releaseIdle();
  }

  async request(
    departmentRef: string,
    neededPicoUsd: PicoUsd,
  ): Promise<Lease | undefined> {
    const [result] = await this.#controlPlane.requestLeases(
      {
        replicaId: this.#replicaId,
        requests: [{ departmentRef, neededPicoUsd: neededPicoUsd.toString() }],
      },
      { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) },
    );
    if (result === undefined || result.outcome === 'refused') return undefined;
    const { leaseId } = result;
    const lease = new Lease({
      id: leaseId,
      departmentRef,
      grantedPicoUsd: result.grantedPicoUsd,
      budgetEpoch: result.budgetEpoch,
      expiresAtMs: Date.parse(result.expiresAt),
      writeWatermark: atMost => this.#journal.inFlight(leaseId, atMost),
    });
    this.#journal.leaseGranted({
      leaseId: lease.id,
      departmentRef,
      grantedPicoUsd: lease.grantedPicoUsd.toString(),
      budgetEpoch: lease.budgetEpoch,
      expiresAtMs: lease.expiresAtMs,
    });
    this.#leases.set(lease.id, lease);
    return lease;
  }

  async returnIdle(departmentRef: string): Promise<boolean> {
    const isReturnable = (lease: Lease) =>
      lease.departmentRef === departmentRef &&
      lease.state !== 'open' &&
      !lease.hasHolds;
    const returnable = [...this.#leases.values()].filter(isReturnable);
    if (returnable.length === 0) return false;
    await this.#flushUsage();
    await this.#releaseIdle();
    return returnable.some(lease => lease.state === 'released');
  }

  /** What a former life of the gateway held is handed back; what it left unfinished stays held. */
  #adoptFormerLeases(): void {
    const { leases } = this.#journal.state;
    for (const [id, { granted }] of leases) {
      const lease = new Lease({
        id,
        departmentRef: granted.departmentRef,
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

  #lowerWatermarks(): void {
    try {
      for (const lease of this.#leases.values()) lease.lowerWatermark();
    } catch (error) {
      // too high is safe: a crash would leave more held than was in flight
      this.#logger.debug(`Watermarks stay for now: ${describeError(error)}`);
    }
  }

  #department(ref: string): DepartmentLeases {
    let department = this.#departments.get(ref);
    if (!department) {
      department = new DepartmentLeases(ref, this);
      this.#departments.set(ref, department);
    }
    return department;
  }

  /** @returns how many were handed back; one request at a time */
  async #releaseIdle(): Promise<number> {
    if (this.#releasing) await this.#releasing.catch(() => 0);
    const { state } = this.#journal;
    const idle = [...this.#leases.values()]
      .filter(lease => lease.isIdle && state.isDelivered(lease.id))
      .slice(0, MAX_RELEASES);
    if (idle.length === 0) return 0;
    this.#releasing = this.#releaseAll(idle);
    try {
      return await this.#releasing;
    } finally {
      this.#releasing = undefined;
    }
  }

  async #releaseAll(idle: Lease[]): Promise<number> {
    for (const lease of idle) lease.apply('release-started');
    try {
      await this.#controlPlane.releaseLeases(
        {
          replicaId: this.#replicaId,
          releases: idle.map(lease => ({
            leaseId: lease.id,
            keepPicoUsd: lease.keepPicoUsd.toString(),
          })),
        },
        { signal: AbortSignal.timeout(RELEASE_TIMEOUT_MS) },
      );
    } catch (error) {
      for (const lease of idle) lease.apply('release-failed');
      throw error;
    }
    for (const lease of idle) {
      lease.apply('release-accepted');
      this.#leases.delete(lease.id);
      this.#journal.leaseReleased(lease.id);
      this.#department(lease.departmentRef).freed();
    }
    return idle.length;
  }

  #reportRelease(error: unknown): void {
    this.#logger.debug(`Leases stay for now: ${describeError(error)}`);
  }
}

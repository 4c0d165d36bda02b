import { setTimeout as sleep } from 'node:timers/promises';
import {
  LeaseRequest,
  LeaseResult,
  PicoUsd,
  picoUsd,
  ReplicaStatus,
  Snapshot,
  UsageRecord,
  usageRecordSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ControlPlane } from './ControlPlane';

const LEASE_LIFE_MS = 60_000;

type Scope = LeaseRequest['requests'][number];

/** When each call reserves for itself, and how large leases are before. */
export interface EndGame {
  /** Begins when no more than this is left, pico-USD. */
  belowPicoUsd: PicoUsd;
  /** Before, a lease is a half of what is left, shared by so many. */
  replicas: number;
}

/** A control plane in memory, with one budget for all: for tests and measurements of the gateway alone. */
export class MemoryControlPlane implements ControlPlane {
  /** What is left of the budget, leases taken off. */
  leftPicoUsd: PicoUsd;
  /** Granted beyond what is asked for, when the budget has it. */
  readonly sparePicoUsd: PicoUsd;
  readonly #now: () => number;
  readonly #endGame: EndGame | undefined;
  #isEndGame = false;
  /** By the id of the request; of further attempts, by that and their number: `req_1#2`. */
  readonly records = new Map<string, UsageRecord>();
  /** How many records came a second time. */
  repeatedCount = 0;
  leaseRequestCount = 0;
  /** Of leases, as they came. */
  readonly requests: Scope[] = [];
  /** The last that the gateway said of itself. */
  status: ReplicaStatus | undefined;
  /** Set: every exchange fails with it. */
  outage: Error | undefined;
  readonly #leases = new Map<string, { left: bigint }>();
  #snapshot: Snapshot;
  #leaseNumber = 0;

  constructor(options: {
    snapshot: Snapshot;
    budgetPicoUsd: PicoUsd;
    sparePicoUsd?: PicoUsd;
    /** Absent: leases are as large as is asked for, and the spare. */
    endGame?: EndGame;
    /** Milliseconds since 1970. */
    now?: () => number;
  }) {
    this.#now = options.now ?? Date.now;
    this.#endGame = options.endGame;
    this.#snapshot = options.snapshot;
    this.leftPicoUsd = options.budgetPicoUsd;
    this.sparePicoUsd = options.sparePicoUsd ?? picoUsd(0n);
  }

  /** Booked so far. */
  get bookedPicoUsd(): PicoUsd {
    let sum = 0n;
    for (const record of this.records.values()) {
      for (const line of record.lines) sum += line.costPicoUsd;
    }
    return picoUsd(sum);
  }

  /** Granted and not handed back. */
  get leasedPicoUsd(): PicoUsd {
    let sum = 0n;
    for (const lease of this.#leases.values()) sum += lease.left;
    return picoUsd(sum);
  }

  publish(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
  }

  async getSnapshot(options: Parameters<ControlPlane['getSnapshot']>[0]) {
    this.#assertUp();
    const untilMs = Date.now() + options.waitMs;
    while (options.since === this.#snapshot.version) {
      if (Date.now() >= untilMs) return undefined;
      await sleep(20, undefined, { signal: options.signal });
      this.#assertUp();
    }
    return this.#snapshot;
  }

  async requestLeases(request: Parameters<ControlPlane['requestLeases']>[0]) {
    this.leaseRequestCount += 1;
    this.#assertUp();
    return request.requests.map(each => {
      this.requests.push(each);
      return this.#grant(each, BigInt(each.neededPicoUsd));
    });
  }

  async releaseLeases(release: Parameters<ControlPlane['releaseLeases']>[0]) {
    this.#assertUp();
    for (const { leaseId, keepPicoUsd } of release.releases) {
      const lease = this.#leases.get(leaseId);
      if (!lease) continue;
      const keep = BigInt(keepPicoUsd);
      const rest = lease.left > 0n ? lease.left : 0n; // below zero: its calls cost more than was held
      const kept = keep < rest ? keep : rest;
      this.leftPicoUsd = picoUsd(this.leftPicoUsd + lease.left - kept);
      if (kept === 0n) this.#leases.delete(leaseId);
      else lease.left = kept;
    }
  }

  async sendUsage(batch: Parameters<ControlPlane['sendUsage']>[0]) {
    this.#assertUp();
    let booked = 0;
    const records = recordsOf(batch);
    for (const record of records) {
      const id = idOf(record);
      if (this.records.has(id)) {
        this.repeatedCount += 1;
        continue;
      }
      this.records.set(id, record);
      booked += 1;
      const lease = this.#leases.get(record.leaseId ?? '');
      for (const line of record.lines) {
        if (lease) lease.left -= line.costPicoUsd;
      }
    }
    const repeated = records.length - booked;
    return { booked, repeated, rejected: [] };
  }

  async sendStatus(status: ReplicaStatus) {
    this.#assertUp();
    this.status = status;
    return { aliveReplicas: 1 };
  }

  #grant(scope: Scope, needed: bigint): LeaseResult {
    const { departmentRef } = scope;
    if (needed > this.leftPicoUsd) {
      return {
        outcome: 'refused',
        departmentRef,
        refusedByRef: departmentRef,
        budgetEpoch: this.#epochOf(scope),
      };
    }
    if (this.#endGame && this.leftPicoUsd <= this.#endGame.belowPicoUsd) {
      this.#beginEndGame();
    }
    const wanted = this.#wanted(needed);
    const granted = picoUsd(
      wanted < this.leftPicoUsd ? wanted : this.leftPicoUsd,
    );
    this.leftPicoUsd = picoUsd(this.leftPicoUsd - granted);
    this.#leaseNumber += 1;
    const leaseId = `lease-${this.#leaseNumber}`;
    this.#leases.set(leaseId, { left: granted });
    return {
      outcome: 'granted',
      departmentRef,
      leaseId,
      grantedPicoUsd: granted,
      budgetEpoch: this.#epochOf(scope),
      expiresAt: new Date(this.#now() + LEASE_LIFE_MS).toISOString(),
      isEndGame: this.#isEndGame,
    };
  }

  #wanted(needed: bigint): bigint {
    if (this.#isEndGame) return needed;
    if (!this.#endGame) return needed + this.sparePicoUsd;
    const share = this.leftPicoUsd / BigInt(2 * this.#endGame.replicas);
    return share > needed ? share : needed;
  }

  /** Recalls what was granted before, once. */
  #beginEndGame(): void {
    if (this.#isEndGame) return;
    this.#isEndGame = true;
    const { version, departments } = this.#snapshot;
    this.publish({
      ...this.#snapshot,
      version: `${version}, end-game`,
      departments: departments.map(each => ({
        ...each,
        budgetEpoch: each.budgetEpoch + 1,
      })),
    });
  }

  /** Of every budget of a scope, as the contract has it. */
  #epochOf({ departmentRef, applicationRef, keyId, model }: Scope): number {
    const { departments, applications, keys } = this.#snapshot;
    const department = departments.find(each => each.ref === departmentRef);
    const application = applications.find(each => each.ref === applicationRef);
    const key = keys.find(each => each.id === keyId);
    const ofModel = (models?: Record<string, { epoch: number }>) =>
      model === undefined ? 0 : models?.[model]?.epoch ?? 0;
    return (
      (department?.budgetEpoch ?? 0) +
      (application?.budget?.epoch ?? 0) +
      (key?.budget?.epoch ?? 0) +
      ofModel(department?.modelBudgets) +
      ofModel(application?.budget?.models) +
      ofModel(key?.budget?.models)
    );
  }

  #assertUp(): void {
    if (this.outage) throw this.outage;
  }
}

/** The records that a gateway delivers, read. */
export function recordsOf(batch: { records: Buffer }): UsageRecord[] {
  const records: unknown = JSON.parse(`[${batch.records}]`);
  return usageRecordSchema.array().parse(records);
}

function idOf({ requestId, attempt }: UsageRecord): string {
  return attempt === 1 ? requestId : `${requestId}#${attempt}`;
}

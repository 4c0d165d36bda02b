import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { callDuty, leaseDuty } from './recovery';
import { JournalRecord } from './records';

type RecordOf<Kind extends JournalRecord['kind']> = Extract<
  JournalRecord,
  { kind: Kind }
>;

/** A lease that was not handed back. */
export interface JournalledLease {
  readonly granted: RecordOf<'lease'>;
  /** The watermark: no more than this was ever at providers since it was written. */
  inFlightPicoUsd: bigint;
  /** What its settled calls cost, whether the control plane has them or not. */
  spentPicoUsd: bigint;
}

/** Usage that the control plane does not have. */
export interface UndeliveredUsage {
  leaseId: string;
  costPicoUsd: bigint;
  /** The usage record, as JSON. */
  text: string;
}

/** What the lines of the journal amount to: the same at run time and when they are read again. */
export class JournalState {
  readonly #leases = new Map<string, JournalledLease>();
  readonly #undelivered = new Map<string, UndeliveredUsage>();

  get leases(): ReadonlyMap<string, Readonly<JournalledLease>> {
    return this.#leases;
  }

  /** In the order in which they were settled. */
  get undelivered(): ReadonlyMap<string, UndeliveredUsage> {
    return this.#undelivered;
  }

  /** Takes in a line that was read. */
  apply(record: JournalRecord): void {
    switch (record.kind) {
      case 'checkpoint':
        this.#leases.clear();
        this.#undelivered.clear();
        break;
      case 'lease':
        this.#leases.set(record.leaseId, {
          granted: record,
          inFlightPicoUsd: 0n,
          spentPicoUsd: 0n,
        });
        break;
      case 'in-flight':
        this.inFlight(record.leaseId, BigInt(record.atMostPicoUsd));
        break;
      case 'settle':
        this.settled(record.requestId, toUndelivered(record));
        break;
      case 'spent':
        this.#spent(record.leaseId, BigInt(record.picoUsd));
        break;
      case 'acknowledged':
        for (const id of record.requestIds) this.acknowledged(id);
        break;
      default:
        this.released(record.leaseId);
    }
  }

  inFlight(leaseId: string, atMostPicoUsd: bigint): void {
    const lease = this.#leases.get(leaseId);
    if (lease) lease.inFlightPicoUsd = atMostPicoUsd;
  }

  settled(requestId: string, usage: UndeliveredUsage): void {
    this.#undelivered.set(requestId, usage);
    const lease = this.#leases.get(usage.leaseId);
    if (lease) lease.spentPicoUsd += usage.costPicoUsd;
  }

  acknowledged(requestId: string): void {
    const settled = this.#undelivered.has(requestId);
    const duty = callDuty({ settled, acknowledged: true });
    if (duty === 'forget') this.#undelivered.delete(requestId);
  }

  released(leaseId: string): void {
    this.#leases.delete(leaseId);
  }

  /**
   * What stays held of a lease when its process is gone: the watermark, or what is left of the lease. Never
   * less than its calls had at providers, as long as none cost more than was held for it.
   */
  keepAfterCrash(leaseId: string): PicoUsd {
    const lease = this.#leases.get(leaseId);
    const inFlight = lease?.inFlightPicoUsd ?? 0n;
    const facts = { released: lease === undefined, inFlight: inFlight > 0n };
    if (!lease || leaseDuty(facts) !== 'keep-in-flight') return picoUsd(0n);
    const left = BigInt(lease.granted.grantedPicoUsd) - lease.spentPicoUsd;
    if (left <= 0n) return picoUsd(0n);
    return picoUsd(inFlight < left ? inFlight : left);
  }

  /** The fewest lines that amount to the same. */
  *summary(): Generator<JournalRecord> {
    yield { kind: 'checkpoint' };
    for (const { granted } of this.#leases.values()) yield granted;
    for (const [requestId, { leaseId, text }] of this.#undelivered) {
      const usage: RecordOf<'settle'>['usage'] = JSON.parse(text);
      yield { kind: 'settle', requestId, leaseId, usage };
    }
    for (const [leaseId, lease] of this.#leases) {
      const atMostPicoUsd = lease.inFlightPicoUsd.toString();
      yield { kind: 'in-flight', leaseId, atMostPicoUsd };
      // after the settle lines, whose part of it is in the sum
      yield { kind: 'spent', leaseId, picoUsd: lease.spentPicoUsd.toString() };
    }
  }

  #spent(leaseId: string, sum: bigint): void {
    const lease = this.#leases.get(leaseId);
    if (lease) lease.spentPicoUsd = sum;
  }
}

function toUndelivered(record: RecordOf<'settle'>): UndeliveredUsage {
  const { leaseId, usage } = record;
  let costPicoUsd = 0n;
  for (const line of usage.lines) costPicoUsd += BigInt(line.costPicoUsd);
  return { leaseId, costPicoUsd, text: JSON.stringify(usage) };
}

import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { leaseDuty } from './recovery';
import { JournalRecord } from './records';
import { SettledLine, Undelivered } from './Undelivered';

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
  /** Number of the last usage that was settled on it; 0: none. */
  lastUsage: number;
}

/** Usage of one attempt at a provider, as it is settled. */
export interface SettledUsage {
  readonly leaseId: string;
  readonly costPicoUsd: bigint;
  /** The usage record, as JSON. */
  readonly text: string;
}

/** What the lines of the journal amount to: the same at run time and when they are read again. */
export class JournalState {
  readonly #leases = new Map<string, JournalledLease>();
  /** Usage that the control plane does not have. */
  readonly undelivered = new Undelivered();

  get leases(): ReadonlyMap<string, Readonly<JournalledLease>> {
    return this.#leases;
  }

  /** Takes in a line that was read. @param place - of the line */
  apply(
    record: JournalRecord,
    place: Pick<SettledLine, 'segment' | 'from' | 'to'>,
  ): void {
    switch (record.kind) {
      case 'checkpoint':
        this.#leases.clear();
        break;
      case 'lease':
        this.granted(record);
        break;
      case 'in-flight':
        this.inFlight(record.leaseId, BigInt(record.atMostPicoUsd));
        break;
      case 'settled':
        this.settled({ ...record, ...place }, record.usages.map(toCost));
        break;
      case 'spent':
        this.#spent(record);
        break;
      case 'acknowledged':
        this.undelivered.removeThrough(record.through);
        break;
      default:
        this.released(record.leaseId);
    }
  }

  granted(granted: RecordOf<'lease'>): void {
    this.#leases.set(granted.leaseId, {
      granted,
      inFlightPicoUsd: 0n,
      spentPicoUsd: 0n,
      lastUsage: 0,
    });
  }

  inFlight(leaseId: string, atMostPicoUsd: bigint): void {
    const lease = this.#leases.get(leaseId);
    if (lease) lease.inFlightPicoUsd = atMostPicoUsd;
  }

  /** @param usages - of the line, in its order */
  settled(
    line: SettledLine,
    usages: ReadonlyArray<Omit<SettledUsage, 'text'>>,
  ): void {
    this.undelivered.add(line);
    for (const [index, { leaseId, costPicoUsd }] of usages.entries()) {
      const lease = this.#leases.get(leaseId);
      if (!lease) continue;
      lease.spentPicoUsd += costPicoUsd;
      lease.lastUsage = line.first + index;
    }
  }

  released(leaseId: string): void {
    this.#leases.delete(leaseId);
  }

  /** Whether the control plane has all usage that was settled on a lease. */
  isDelivered(leaseId: string): boolean {
    const lastUsage = this.#leases.get(leaseId)?.lastUsage ?? 0;
    return lastUsage <= this.undelivered.acknowledgedThrough;
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

  /**
   * What a new segment begins with. With it, older segments are needed only for the usage in them that is not
   * delivered.
   *
   * @param at - the time, in milliseconds since 1970
   */
  *summary(at: number): Generator<JournalRecord> {
    const { acknowledgedThrough, nextNumber } = this.undelivered;
    yield { kind: 'checkpoint' };
    yield { kind: 'acknowledged', through: acknowledgedThrough };
    yield { kind: 'settled', first: nextNumber, count: 0, at, usages: [] };
    for (const [leaseId, lease] of this.#leases) {
      const { granted, inFlightPicoUsd, spentPicoUsd, lastUsage } = lease;
      const atMost = inFlightPicoUsd.toString();
      const spent = spentPicoUsd.toString();
      yield granted;
      yield { kind: 'in-flight', leaseId, atMostPicoUsd: atMost };
      yield { kind: 'spent', leaseId, picoUsd: spent, lastUsage };
    }
  }

  #spent(record: RecordOf<'spent'>): void {
    const lease = this.#leases.get(record.leaseId);
    if (!lease) return;
    lease.spentPicoUsd = BigInt(record.picoUsd);
    lease.lastUsage = record.lastUsage;
  }
}

function toCost(usage: RecordOf<'settled'>['usages'][number]) {
  let costPicoUsd = 0n;
  for (const line of usage.lines) costPicoUsd += BigInt(line.costPicoUsd);
  return { leaseId: usage.leaseId, costPicoUsd };
}

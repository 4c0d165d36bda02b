import { PicoUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { leaseDuty } from './recovery';
import { JournalRecord } from './records';
import { SettledUsage, Undelivered } from './Undelivered';

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

/** Usages that are summed up in one line. */
const USAGES_A_LINE = 500;

/** What the lines of the journal amount to: the same at run time and when they are read again. */
export class JournalState {
  readonly #leases = new Map<string, JournalledLease>();
  /** Usage that the control plane does not have. */
  readonly undelivered = new Undelivered();

  get leases(): ReadonlyMap<string, Readonly<JournalledLease>> {
    return this.#leases;
  }

  /** Takes in a line that was read. */
  apply(record: JournalRecord): void {
    switch (record.kind) {
      case 'checkpoint':
        this.#leases.clear();
        this.undelivered.clear();
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
      case 'settled':
        for (const [index, usage] of record.usages.entries()) {
          this.settled(record.first + index, toSettled(usage));
        }
        break;
      case 'spent':
        this.#spent(record.leaseId, BigInt(record.picoUsd));
        break;
      case 'acknowledged':
        this.undelivered.removeThrough(record.through);
        break;
      default:
        this.released(record.leaseId);
    }
  }

  inFlight(leaseId: string, atMostPicoUsd: bigint): void {
    const lease = this.#leases.get(leaseId);
    if (lease) lease.inFlightPicoUsd = atMostPicoUsd;
  }

  settled(number: number, usage: SettledUsage): void {
    this.undelivered.push(number, usage);
    const lease = this.#leases.get(usage.leaseId);
    if (lease) lease.spentPicoUsd += usage.costPicoUsd;
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
    yield* this.#settledLines();
    for (const [leaseId, lease] of this.#leases) {
      const atMostPicoUsd = lease.inFlightPicoUsd.toString();
      yield { kind: 'in-flight', leaseId, atMostPicoUsd };
      // after the settle lines, whose part of it is in the sum
      yield { kind: 'spent', leaseId, picoUsd: lease.spentPicoUsd.toString() };
    }
  }

  /** Numbers that follow each other share a line; without any, the line still says how far they have come. */
  *#settledLines(): Generator<JournalRecord> {
    const { undelivered } = this;
    let line = emptyLine(undelivered.oldest?.number ?? undelivered.nextNumber);
    for (const { number, text } of undelivered) {
      const isNext = number === line.first + line.usages.length;
      if (!isNext || line.usages.length === USAGES_A_LINE) {
        yield line;
        line = emptyLine(number);
      }
      line.usages.push(JSON.parse(text));
    }
    yield line;
  }

  #spent(leaseId: string, sum: bigint): void {
    const lease = this.#leases.get(leaseId);
    if (lease) lease.spentPicoUsd = sum;
  }
}

function emptyLine(first: number): RecordOf<'settled'> {
  return { kind: 'settled', first, usages: [] };
}

function toSettled(usage: RecordOf<'settled'>['usages'][number]): SettledUsage {
  let costPicoUsd = 0n;
  for (const line of usage.lines) costPicoUsd += BigInt(line.costPicoUsd);
  return { leaseId: usage.leaseId, costPicoUsd, text: JSON.stringify(usage) };
}

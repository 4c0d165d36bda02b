import { dutyOf } from './recovery';
import { JournalRecord } from './records';

/** A lease that was not handed back. */
export type JournalledLease = Extract<JournalRecord, { kind: 'lease' }>;

/** A call whose end is not on record. */
export interface OpenCall {
  leaseId: string;
  heldPicoUsd: string;
}

/** Usage that the control plane does not have. */
export interface UndeliveredUsage {
  leaseId: string;
  /** The usage record, as JSON. */
  text: string;
}

const NOT_ENDED = { voided: false, acknowledged: false };

/** What the lines of the journal amount to: the same at run time and when they are read again. */
export class JournalState {
  readonly #leases = new Map<string, JournalledLease>();
  readonly #openCalls = new Map<string, OpenCall>();
  readonly #undelivered = new Map<string, UndeliveredUsage>();

  get leases(): ReadonlyMap<string, JournalledLease> {
    return this.#leases;
  }

  get openCalls(): ReadonlyMap<string, OpenCall> {
    return this.#openCalls;
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
        this.#openCalls.clear();
        this.#undelivered.clear();
        break;
      case 'lease':
        this.#leases.set(record.leaseId, record);
        break;
      case 'dispatch':
        this.dispatched(record.requestId, record);
        break;
      case 'settle':
        this.settled(record.requestId, {
          leaseId: record.leaseId,
          text: JSON.stringify(record.usage),
        });
        break;
      case 'void':
        this.voided(record.requestId);
        break;
      case 'acknowledged':
        for (const id of record.requestIds) this.acknowledged(id);
        break;
      default:
        this.released(record.leaseId);
    }
  }

  dispatched(requestId: string, call: OpenCall): void {
    this.#openCalls.set(requestId, {
      leaseId: call.leaseId,
      heldPicoUsd: call.heldPicoUsd,
    });
    this.#tidy(requestId);
  }

  settled(requestId: string, usage: UndeliveredUsage): void {
    this.#undelivered.set(requestId, usage);
    this.#tidy(requestId);
  }

  voided(requestId: string): void {
    this.#tidy(requestId, { voided: true, acknowledged: false });
  }

  acknowledged(requestId: string): void {
    this.#tidy(requestId, { voided: false, acknowledged: true });
  }

  released(leaseId: string): void {
    this.#leases.delete(leaseId);
    for (const [requestId, call] of this.#openCalls) {
      if (call.leaseId === leaseId) this.#openCalls.delete(requestId);
    }
  }

  /** The fewest lines that amount to the same. */
  *summary(): Generator<JournalRecord> {
    yield { kind: 'checkpoint' };
    yield* this.#leases.values();
    for (const [requestId, call] of this.#openCalls) {
      yield { kind: 'dispatch', requestId, ...call };
    }
    for (const [requestId, { leaseId, text }] of this.#undelivered) {
      const usage: Record<string, unknown> = JSON.parse(text);
      yield { kind: 'settle', requestId, leaseId, usage };
    }
  }

  #tidy(requestId: string, ended = NOT_ENDED): void {
    const dispatched = this.#openCalls.has(requestId);
    const settled = this.#undelivered.has(requestId);
    const { voided, acknowledged } = ended;
    const duty = dutyOf({ dispatched, settled, voided, acknowledged });
    if (dispatched && duty !== 'keep-held') this.#openCalls.delete(requestId);
    if (settled && duty !== 'deliver') this.#undelivered.delete(requestId);
  }
}

import { LoggerService } from '@backstage/backend-plugin-api';
import {
  KeyId,
  UsageRecord,
  UsageResponse,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { KeySnapshotSource } from '../keys/KeySnapshotSource';
import { LedgerService } from '../ledger/LedgerService';
import { DayNumber, postingOf, UNDATED } from '../ledger/posting';
import { QuarantinedRecord, QuarantineStore } from './QuarantineStore';
import { readUsageRecord } from './readUsageRecord';

/** Takes in what gateways deliver: good records are booked, bad ones put aside. */
export class UsageIntake {
  readonly #ledger: LedgerService;
  readonly #keys: KeySnapshotSource;
  readonly #quarantine: QuarantineStore;
  readonly #keptFrom: () => Promise<DayNumber>;
  readonly #logger: LoggerService;
  readonly #now: () => Date;

  /** @param options - `keptFrom`: the first day whose ledger lines are all kept */
  constructor(options: {
    ledger: LedgerService;
    keys: KeySnapshotSource;
    quarantine: QuarantineStore;
    keptFrom: () => Promise<DayNumber>;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#ledger = options.ledger;
    this.#keys = options.keys;
    this.#quarantine = options.quarantine;
    this.#keptFrom = options.keptFrom;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /**
   * Books a delivery. When it throws nothing is lost: the gateway delivers again, and what was booked
   * already is not booked twice.
   *
   * @param records - as they came; each is checked on its own
   */
  async take(delivery: {
    replicaId: string;
    records: readonly unknown[];
  }): Promise<UsageResponse> {
    const { replicaId } = delivery;
    const good: UsageRecord[] = [];
    const bad: QuarantinedRecord[] = [];
    const rejected: UsageResponse['rejected'] = [];
    const keptFrom = await this.#keptFrom();
    for (const [index, value] of delivery.records.entries()) {
      const result = this.#check(readUsageRecord(value), keptFrom);
      if ('record' in result) {
        good.push(result.record);
      } else {
        bad.push({ reason: result.reason, record: value });
        rejected.push({ index, reason: result.reason });
      }
    }
    const counts = await this.#ledger.book(good, { source: 'live', replicaId });
    await this.#putAside(bad, replicaId);
    await this.#keys.noteUsed(lastUses(good));
    return { ...counts, rejected };
  }

  /** Refuses what may have been booked before: whether it was, only a line that is no longer kept could tell. */
  #check(
    result: ReturnType<typeof readUsageRecord>,
    keptFrom: DayNumber,
  ): ReturnType<typeof readUsageRecord> {
    if ('reason' in result || keptFrom === 0) return result;
    const occurredAt = new Date(result.record.occurredAt);
    const { occurredOn } = postingOf(
      { occurredAt },
      { now: this.#now(), closedThrough: 0 },
    );
    if (occurredOn === UNDATED || occurredOn >= keptFrom) return result;
    return {
      reason:
        'occurredAt: before the ledger lines that are kept, so that nobody can tell whether it was booked before',
    };
  }

  async #putAside(
    records: readonly QuarantinedRecord[],
    replicaId: string,
  ): Promise<void> {
    if (records.length === 0) return;
    await this.#quarantine.add(records, {
      replicaId,
      receivedAt: this.#now(),
    });
    this.#logger.warn(
      `Put ${records.length} malformed usage records into quarantine`,
      { replicaId, reason: records[0].reason },
    );
  }
}

function lastUses(
  records: readonly UsageRecord[],
): { keyId: KeyId; at: Date }[] {
  const latest = new Map<KeyId, Date>();
  for (const { keyId, occurredAt } of records) {
    const at = new Date(occurredAt);
    const known = latest.get(keyId);
    if (!known || known < at) latest.set(keyId, at);
  }
  return [...latest].map(([keyId, at]) => ({ keyId, at }));
}

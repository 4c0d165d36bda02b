import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { QuarantinedRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  QuarantineFilter,
  QuarantineStore,
} from '../../gateway/QuarantineStore';
import { readUsageRecord } from '../../gateway/readUsageRecord';
import { LedgerService } from '../../ledger/LedgerService';

/** Lets people decide about records that could not be booked. A record itself is never changed. */
export class QuarantineService {
  readonly #store: QuarantineStore;
  readonly #ledger: Pick<LedgerService, 'book'>;
  readonly #now: () => Date;

  constructor(options: {
    store: QuarantineStore;
    ledger: Pick<LedgerService, 'book'>;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#ledger = options.ledger;
    this.#now = options.now;
  }

  async list(query: QuarantineFilter & { offset: number; limit: number }) {
    return this.#store.list(query);
  }

  /** @throws ConflictError when somebody had decided before */
  async dismiss(
    id: number,
    options: { by: string; reason: string },
  ): Promise<QuarantinedRecord> {
    await this.#requireOpen(id);
    return this.#decide(id, { state: 'dismissed', ...options });
  }

  /**
   * Books a record as if it came now: what this version of the control plane could not read, a later one may.
   *
   * @throws InputError with the reason when it still cannot be booked
   * @throws ConflictError when somebody had decided before
   */
  async retry(id: number, options: { by: string }): Promise<QuarantinedRecord> {
    const kept = await this.#requireOpen(id);
    if (kept.isCut) {
      throw new InputError(
        'Only a part of this record was kept, or only its number: it can be dismissed, but not booked',
      );
    }
    const result = readUsageRecord(JSON.parse(kept.record));
    if ('reason' in result) {
      throw new InputError(`It still cannot be booked: ${result.reason}`);
    }
    // booked first: if this stops in between, the next try finds it booked, and books nothing
    await this.#ledger.book([result.record], {
      source: 'live',
      replicaId: kept.replicaId,
    });
    return this.#decide(id, { state: 'booked', ...options });
  }

  async #requireOpen(id: number): Promise<QuarantinedRecord> {
    const kept = await this.#store.find(id);
    if (!kept) throw new NotFoundError(`There is no record ${id}`);
    if (kept.state !== 'open') {
      throw new ConflictError(
        `The record was ${kept.state} by ${kept.decidedBy ?? 'somebody'}`,
      );
    }
    return kept;
  }

  async #decide(
    id: number,
    decision: { state: 'dismissed' | 'booked'; by: string; reason?: string },
  ): Promise<QuarantinedRecord> {
    const isDecided = await this.#store.decide(id, {
      ...decision,
      at: this.#now(),
    });
    const record = await this.#store.find(id);
    if (!isDecided || !record) {
      throw new ConflictError('Somebody else decided in the same moment');
    }
    return record;
  }
}

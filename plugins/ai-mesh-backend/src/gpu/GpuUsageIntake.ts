import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  GpuUsageRecord,
  GpuUsageResponse,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { QuarantinedRecord, QuarantineStore } from '../gateway/QuarantineStore';
import { UsageSource } from '../ledger/LedgerLine';
import { GpuBooking } from './GpuBooking';
import { GpuRecordOutcome, GpuUsageStore } from './GpuUsageStore';
import { WaitingMachineHour } from './MachineHour';
import { readGpuUsageRecord } from './readGpuUsageRecord';

const REASONS: Record<Exclude<GpuRecordOutcome, 'new' | 'repeated'>, string> = {
  overlap:
    'from: another record of this machine covers part of this time already',
  conflict:
    'from: this machine and start were reported before with other content; what was recorded first stands',
};

/** Takes in what a fleet measured: good records are kept and booked, bad ones put aside. */
export class GpuUsageIntake {
  readonly #store: GpuUsageStore;
  readonly #booking: Pick<GpuBooking, 'book'>;
  readonly #quarantine: QuarantineStore;
  readonly #logger: LoggerService;
  readonly #now: () => Date;

  constructor(options: {
    store: GpuUsageStore;
    booking: Pick<GpuBooking, 'book'>;
    quarantine: QuarantineStore;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#booking = options.booking;
    this.#quarantine = options.quarantine;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  /**
   * Takes a delivery. When it throws nothing is lost: it may be sent again, and what was recorded already is not
   * recorded twice.
   *
   * @param delivery - records as they came; each is checked on its own
   */
  async take(delivery: {
    reporterId: string;
    records: readonly unknown[];
    source?: UsageSource;
  }): Promise<GpuUsageResponse> {
    const { reporterId, source = 'live' } = delivery;
    const now = this.#now();
    const good: { index: number; record: GpuUsageRecord }[] = [];
    const rejected: GpuUsageResponse['rejected'] = [];
    for (const [index, value] of delivery.records.entries()) {
      const result = readGpuUsageRecord(value, now);
      if ('record' in result) good.push({ index, record: result.record });
      else rejected.push({ index, reason: result.reason });
    }
    const outcomes = await this.#store.add(
      good.map(({ record }) => record),
      { source, reporterId, receivedAt: now },
    );
    const fresh: GpuUsageRecord[] = [];
    for (const [place, outcome] of outcomes.entries()) {
      const { index, record } = good[place];
      if (outcome === 'new') fresh.push(record);
      else if (outcome !== 'repeated') {
        rejected.push({ index, reason: REASONS[outcome] });
      }
    }
    rejected.sort((a, b) => a.index - b.index);
    await this.#putAside(reporterId, delivery.records, rejected);
    await this.#tryToBook(fresh.map(record => ({ record, source })));
    const waiting = await this.#store.countOpen(fresh);
    return {
      booked: fresh.length - waiting,
      waiting,
      repeated: outcomes.filter(outcome => outcome === 'repeated').length,
      rejected,
    };
  }

  /** What is recorded is safe: when it cannot be booked now, the task in the background does it later. */
  async #tryToBook(hours: readonly WaitingMachineHour[]): Promise<void> {
    try {
      await this.#booking.book(hours);
    } catch (error) {
      this.#logger.warn(
        `Recorded GPU usage could not be booked yet and is tried again: ${stringifyError(
          error,
        )}`,
      );
    }
  }

  async #putAside(
    reporterId: string,
    records: readonly unknown[],
    rejected: GpuUsageResponse['rejected'],
  ): Promise<void> {
    if (rejected.length === 0) return;
    const aside = rejected.map(
      ({ index, reason }): QuarantinedRecord => ({
        reason,
        record: records[index],
      }),
    );
    await this.#quarantine.add(aside, {
      replicaId: `gpu/${reporterId}`,
      receivedAt: this.#now(),
    });
    this.#logger.warn(`Put ${aside.length} records of GPU usage aside`, {
      reporterId,
      reason: rejected[0].reason,
    });
  }
}

import {
  DataQuality,
  FlaggedLine,
  Model,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { QuarantineStore } from '../../gateway/QuarantineStore';
import { LineFlag } from '../../ledger/lineFlags';
import { CheckStore } from '../checks/CheckStore';
import { RepricingService } from '../corrections/RepricingService';
import { InvoiceService } from '../invoices/InvoiceService';
import { formatMonth, MonthNumber, monthRange } from '../monthNumber';
import { QualityStore } from './QualityStore';

const CHECKS_SHOWN = 7;
const INVOICES_SHOWN = 50;

/** Tells how good the data of a month is: whatever could not be booked as it should stands here. */
export class DataQualityService {
  readonly #options: DataQualityOptions;

  constructor(options: DataQualityOptions) {
    this.#options = options;
  }

  async report(month: MonthNumber): Promise<DataQuality> {
    const { store, quarantine, checks, models, repricings, invoices } =
      this.#options;
    const [aside, suspense, flags, cost, lastChecks, corrections, held, all] =
      await Promise.all([
        quarantine.summary(monthRange(month)),
        store.suspense(month),
        store.flags(month),
        store.cost(month),
        checks.list({ limit: CHECKS_SHOWN }),
        repricings.list(),
        invoices.list({
          ...{ month, onlyPresent: true },
          ...{ offset: 0, limit: INVOICES_SHOWN },
        }),
        models.list(),
      ]);
    return {
      month: formatMonth(month),
      quarantine: aside,
      suspense,
      flags,
      ...cost,
      unpricedModels: all.filter(each => !each.price).map(each => each.name),
      checks: lastChecks,
      repricings: corrections,
      invoices: held.items,
    };
  }

  /** Happened last first. */
  async flaggedLines(query: {
    month: MonthNumber;
    flag: LineFlag;
    offset: number;
    limit: number;
  }): Promise<{ items: FlaggedLine[]; total: number }> {
    return this.#options.store.flaggedLines(query);
  }
}

/** What a {@link DataQualityService} works with. */
export interface DataQualityOptions {
  store: QualityStore;
  quarantine: Pick<QuarantineStore, 'summary'>;
  checks: Pick<CheckStore, 'list'>;
  models: { list(): Promise<Pick<Model, 'name' | 'price'>[]> };
  repricings: Pick<RepricingService, 'list'>;
  invoices: Pick<InvoiceService, 'list'>;
}

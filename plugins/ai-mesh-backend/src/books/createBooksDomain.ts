import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
  SchedulerServiceTaskScheduleDefinition,
} from '@backstage/backend-plugin-api';
import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import { Knex } from 'knex';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentService } from '../departments/DepartmentService';
import { DatabaseQuarantineStore } from '../gateway/QuarantineStore';
import { readKeptFrom } from '../ledger/keptLines';
import { LedgerService } from '../ledger/LedgerService';
import { PinnedPrices } from '../ledger/PinnedPrice';
import { ModelSnapshotSource } from '../models/ModelSnapshotSource';
import { DatabaseCheckStore } from './checks/DatabaseCheckStore';
import { LineRetention } from './checks/LineRetention';
import { NightlyCheck } from './checks/NightlyCheck';
import { DatabaseRepricingStore } from './corrections/DatabaseRepricingStore';
import { PriceHistory, RepricingService } from './corrections/RepricingService';
import { createInvoiceRouter } from './invoices/createInvoiceRouter';
import { DatabaseInvoiceStore } from './invoices/DatabaseInvoiceStore';
import { InvoiceService } from './invoices/InvoiceService';
import { createMonthRouter } from './months/createMonthRouter';
import { DatabaseMonthStore } from './months/DatabaseMonthStore';
import { MonthService } from './months/MonthService';
import { createQualityRouter } from './quality/createQualityRouter';
import { DatabaseQualityStore } from './quality/DatabaseQualityStore';
import { DataQualityService } from './quality/DataQualityService';
import { QuarantineService } from './quality/QuarantineService';

/** What the books are built on. */
export interface BooksDomainOptions {
  /** With every migration applied. */
  database: Knex;
  ledger: Pick<LedgerService, 'book' | 'post'>;
  departments: DepartmentService;
  applications: Pick<ApplicationService, 'list'>;
  /** The models of the catalog, with their prices. */
  models: { list(): Promise<Pick<Model, 'name' | 'price'>[]> };
  /** Where targets compute. */
  routing: ModelSnapshotSource;
  prices: PinnedPrices & PriceHistory;
  /** For how long lines are kept; absent: for ever. */
  keepLinesForDays?: number;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  scheduler: SchedulerService;
  logger: LoggerService;
  now: () => Date;
}

/** Everything that is done with the ledger after lines were posted: closing, correcting, checking, reconciling. */
export async function createBooksDomain(options: BooksDomainOptions): Promise<{
  months: MonthService;
  invoices: InvoiceService;
  quality: DataQualityService;
  /** To be told of prices that reach back. */
  repricings: RepricingService;
  check: NightlyCheck;
  retention: LineRetention;
  routers: express.Router[];
}> {
  const { database } = options;
  const keptFrom = () => readKeptFrom(database);
  const monthStore = new DatabaseMonthStore({ database });
  const checks = new DatabaseCheckStore({ database });
  const quarantineStore = new DatabaseQuarantineStore({ database });
  const months = new MonthService({ ...options, store: monthStore });
  const invoices = new InvoiceService({
    ...{ ...options, keptFrom },
    store: new DatabaseInvoiceStore({ database }),
  });
  const repricings = new RepricingService({
    ...{ ...options, keptFrom },
    store: new DatabaseRepricingStore({ database }),
    history: options.prices,
    models: options.routing,
  });
  const quality = new DataQualityService({
    ...{ ...options, checks, repricings, invoices },
    store: new DatabaseQualityStore({ database }),
    quarantine: quarantineStore,
  });
  const check = new NightlyCheck({
    ...{ ...options, keptFrom, checks },
    months: monthStore,
  });
  const retention = new LineRetention({
    ...options,
    keepDays: options.keepLinesForDays,
  });
  const quarantine = new QuarantineService({
    ...options,
    store: quarantineStore,
  });
  await schedule(options.scheduler, { check, retention, repricings });
  return {
    ...{ months, invoices, quality, repricings, check, retention },
    routers: [
      createMonthRouter({ ...options, months }),
      createInvoiceRouter({ ...options, invoices }),
      createQualityRouter({ ...options, quality, quarantine }),
    ],
  };
}

const NIGHTLY: SchedulerServiceTaskScheduleDefinition = {
  frequency: { cron: '20 2 * * *' },
  timeout: { hours: 4 },
};

/** One after the other, on one replica: corrections first, so that the check sees their end. */
async function schedule(
  scheduler: SchedulerService,
  work: {
    check: NightlyCheck;
    retention: LineRetention;
    repricings: RepricingService;
  },
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'check-ledger',
    ...NIGHTLY,
    fn: async signal => {
      await work.repricings.runAgain(signal);
      await work.check.run(signal);
      await work.retention.run();
    },
  });
  await scheduler.scheduleTask({
    id: 'restate-back-dated-prices',
    frequency: { minutes: 1 },
    timeout: { hours: 1 },
    initialDelay: { seconds: 40 },
    fn: async signal => {
      await work.repricings.run(signal);
    },
  });
}

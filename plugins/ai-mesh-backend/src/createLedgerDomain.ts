import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import express from 'express';
import { Knex } from 'knex';
import { UTC_CALENDAR } from './budgets/BudgetCalendar';
import { BudgetService } from './budgets/BudgetService';
import {
  BudgetDomainOptions,
  createBudgetDomain,
} from './budgets/createBudgetDomain';
import { ChangeSignal } from './changes/ChangeSignal';
import { ApplicationService } from './departments/ApplicationService';
import { DepartmentAccess } from './departments/DepartmentAccess';
import { DepartmentService } from './departments/DepartmentService';
import { ReplicaService } from './fleet/ReplicaService';
import { createFocusRouter } from './focus/createFocusRouter';
import { DatabaseFocusSource } from './focus/DatabaseFocusSource';
import { FocusService } from './focus/FocusService';
import { buildSnapshotContent } from './gateway/buildSnapshotContent';
import { createGatewayRouter } from './gateway/createGatewayRouter';
import { DatabaseQuarantineStore } from './gateway/QuarantineStore';
import { SnapshotFeed } from './gateway/SnapshotFeed';
import { UsageIntake } from './gateway/UsageIntake';
import { KeySnapshotSource } from './keys/KeySnapshotSource';
import { BookedListener } from './ledger/BookedLine';
import { DatabaseLedgerStore } from './ledger/DatabaseLedgerStore';
import { readKeptFrom } from './ledger/keptLines';
import { LedgerService } from './ledger/LedgerService';
import { PinnedPrices } from './ledger/PinnedPrice';
import { KnownKeys } from './ledger/usageToLines';
import { ModelSnapshotSource } from './models/ModelSnapshotSource';
import { createSpendRouter } from './reports/createSpendRouter';
import { DatabaseSpendStore } from './reports/DatabaseSpendStore';
import { SpendService } from './reports/SpendService';
import { TrafficConfig } from './routing/trafficConfigSchema';

/** What the ledger and its neighbours are built on. */
export interface LedgerDomainOptions {
  /** With every migration applied. */
  database: Knex;
  departments: DepartmentService;
  access: DepartmentAccess;
  applications: Pick<ApplicationService, 'find'>;
  keys: KeySnapshotSource & KnownKeys & BudgetDomainOptions['keys'];
  /** UTC when absent. */
  calendar?: BudgetDomainOptions['calendar'];
  notifications?: BudgetDomainOptions['notifications'];
  notify?: BudgetDomainOptions['notify'];
  models: ModelSnapshotSource;
  prices: PinnedPrices;
  replicas: Pick<ReplicaService, 'note' | 'countAlive'>;
  traffic: TrafficConfig;
  changes: ChangeSignal;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  scheduler: SchedulerService;
  /** Hears of every line that is booked. */
  onBooked?: BookedListener;
  now?: () => Date;
}

/** Everything that has to do with money spent: ledger, budgets, reports and the exchanges with gateways. */
export async function createLedgerDomain(
  options: LedgerDomainOptions,
): Promise<{
  ledger: LedgerService;
  budgets: BudgetService;
  routers: express.Router[];
}> {
  const { now = () => new Date(), database } = options;
  const shared = { ...options, now };
  const { calendar = UTC_CALENDAR } = options;
  const budgeting = await createBudgetDomain({ ...shared, calendar });
  const { budgets, leases } = budgeting;
  const ledger = new LedgerService({
    ...shared,
    store: new DatabaseLedgerStore({
      database,
      now,
      onBooked: options.onBooked,
    }),
  });
  const spend = new SpendService({
    ...shared,
    store: new DatabaseSpendStore({ database }),
  });
  const focus = new FocusService({
    ...shared,
    source: new DatabaseFocusSource(options),
  });
  const feed = new SnapshotFeed({
    ...shared,
    build: () =>
      buildSnapshotContent({ ...options, budgets: budgeting.snapshot }),
  });
  const usage = new UsageIntake({
    ...shared,
    ledger,
    quarantine: new DatabaseQuarantineStore({ database }),
    keptFrom: () => readKeptFrom(database),
  });
  return {
    ledger,
    budgets,
    routers: [
      createGatewayRouter({ ...options, feed, leases, usage }),
      ...budgeting.routers,
      createSpendRouter({ ...options, spend }),
      createFocusRouter({ ...options, focus }),
    ],
  };
}

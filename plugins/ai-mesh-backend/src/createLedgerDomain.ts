import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import express from 'express';
import { Knex } from 'knex';
import { BudgetService } from './budgets/BudgetService';
import { createBudgetRouter } from './budgets/createBudgetRouter';
import { DatabaseBudgetStore } from './budgets/DatabaseBudgetStore';
import { DatabaseLeaseStore } from './budgets/DatabaseLeaseStore';
import { LeaseService } from './budgets/LeaseService';
import { ChangeSignal } from './changes/ChangeSignal';
import { ApplicationService } from './departments/ApplicationService';
import { DepartmentAccess } from './departments/DepartmentAccess';
import { DepartmentService } from './departments/DepartmentService';
import { ReplicaService } from './fleet/ReplicaService';
import { buildSnapshotContent } from './gateway/buildSnapshotContent';
import { createGatewayRouter } from './gateway/createGatewayRouter';
import { DatabaseQuarantineStore } from './gateway/QuarantineStore';
import { SnapshotFeed } from './gateway/SnapshotFeed';
import { UsageIntake } from './gateway/UsageIntake';
import { KeySnapshotSource } from './keys/KeySnapshotSource';
import { DatabaseLedgerStore } from './ledger/DatabaseLedgerStore';
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
  keys: KeySnapshotSource & KnownKeys;
  models: ModelSnapshotSource;
  prices: PinnedPrices;
  replicas: Pick<ReplicaService, 'note' | 'countAlive'>;
  traffic: TrafficConfig;
  changes: ChangeSignal;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  scheduler: SchedulerService;
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
  const budgetStore = new DatabaseBudgetStore({ database });
  const budgets = new BudgetService({ ...shared, store: budgetStore });
  const leases = new LeaseService({
    ...shared,
    store: new DatabaseLeaseStore({ database }),
  });
  const ledger = new LedgerService({
    ...shared,
    store: new DatabaseLedgerStore({ database, now }),
  });
  const spend = new SpendService({
    ...shared,
    store: new DatabaseSpendStore({ database }),
  });
  const feed = new SnapshotFeed({
    ...shared,
    build: () => buildSnapshotContent({ ...options, budgets: budgetStore }),
  });
  const usage = new UsageIntake({
    ...shared,
    ledger,
    quarantine: new DatabaseQuarantineStore({ database }),
  });
  await options.scheduler.scheduleTask({
    id: 'sweep-budget-leases',
    frequency: { minutes: 1 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 30 },
    fn: async () => {
      await leases.sweep();
    },
  });
  return {
    ledger,
    budgets,
    routers: [
      createGatewayRouter({ ...options, feed, leases, usage }),
      createBudgetRouter({ ...options, budgets }),
      createSpendRouter({ ...options, spend }),
    ],
  };
}

import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { KeyId } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { DepartmentService } from '../departments/DepartmentService';
import { ModelSnapshotSource } from '../models/ModelSnapshotSource';
import {
  NotificationAlertPublisher,
  NotificationSender,
} from './AlertPublisher';
import { BudgetAccess } from './BudgetAccess';
import { BudgetCalendar } from './BudgetCalendar';
import { BudgetDirectory } from './BudgetDirectory';
import { BudgetService } from './BudgetService';
import { BudgetSnapshotSource } from './BudgetSnapshotSource';
import { BudgetWatch } from './BudgetWatch';
import { createAlertRouter } from './createAlertRouter';
import { createBudgetRouter } from './createBudgetRouter';
import { createTopUpRouter } from './createTopUpRouter';
import { DatabaseAlertStore } from './DatabaseAlertStore';
import { DatabaseBudgetStore } from './DatabaseBudgetStore';
import { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { DatabaseTopUpStore } from './DatabaseTopUpStore';
import { LeaseService } from './LeaseService';
import { DatabaseSpentReader } from './SpentReader';
import { TopUpService } from './TopUpService';

/** What budgets are built on. */
export interface BudgetDomainOptions {
  /** With every migration applied. */
  database: Knex;
  departments: DepartmentService;
  access: DepartmentAccess;
  applications: Pick<ApplicationService, 'find'>;
  keys: {
    /** @throws NotFoundError when there is no such key */
    get(id: KeyId): Promise<{ name: string; departmentRef: string }>;
  };
  models: ModelSnapshotSource;
  calendar: BudgetCalendar;
  /** Absent: alerts are only on the page. */
  notifications?: NotificationSender;
  /** Entity references of Groups that are told of every budget. Default: none. */
  notify?: readonly string[];
  changes: ChangeSignal;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  scheduler: SchedulerService;
  now: () => Date;
}

/** Everything that has to do with budgets: limits, leases, top-ups, alerts. Schedules the sweep and the watch. */
export async function createBudgetDomain(options: BudgetDomainOptions) {
  const { database, notifications, logger, calendar } = options;
  const spent = new DatabaseSpentReader({ database });
  const store = new DatabaseBudgetStore({ database, spent });
  await store.useTimeZone(calendar.timeZone);
  const directory = new BudgetDirectory({
    ...options,
    getKey: id => options.keys.get(id),
  });
  const budgets = new BudgetService({
    ...options,
    store,
    directory,
    modelNames: async () =>
      (await options.models.forSnapshot()).map(model => model.name),
  });
  const alerts = new DatabaseAlertStore({ database });
  const shared = {
    ...options,
    budgets,
    alerts,
    topUps: new TopUpService({
      ...options,
      budgets,
      store: new DatabaseTopUpStore({ database }),
    }),
    access: new BudgetAccess({ ...options, budgets }),
  };
  const leases = new LeaseService({
    ...options,
    store: new DatabaseLeaseStore({ database }),
  });
  const watch = new BudgetWatch({
    ...options,
    store,
    alerts,
    spent,
    directory,
    publisher:
      notifications &&
      new NotificationAlertPublisher({ notifications, logger }),
  });
  await startTasks(options.scheduler, { leases, watch });
  return {
    budgets,
    leases,
    watch,
    snapshot: new BudgetSnapshotSource({ ...options, store }),
    routers: [
      createBudgetRouter(shared),
      createTopUpRouter(shared),
      createAlertRouter(shared),
    ] satisfies express.Router[],
  };
}

async function startTasks(
  scheduler: SchedulerService,
  { leases, watch }: { leases: LeaseService; watch: BudgetWatch },
): Promise<void> {
  await scheduler.scheduleTask({
    id: 'sweep-budget-leases',
    frequency: { minutes: 1 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 30 },
    fn: async () => {
      await leases.sweep();
    },
  });
  await scheduler.scheduleTask({
    id: 'watch-budgets',
    frequency: { seconds: 5 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 10 },
    fn: async () => {
      await watch.look();
    },
  });
}

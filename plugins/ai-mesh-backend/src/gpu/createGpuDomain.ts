import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import express from 'express';
import { Knex } from 'knex';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { DepartmentService } from '../departments/DepartmentService';
import { DatabaseQuarantineStore } from '../gateway/QuarantineStore';
import { createGpuRouter } from './createGpuRouter';
import { DatabaseGpuCostStore } from './DatabaseGpuCostStore';
import { DatabaseGpuRestatementStore } from './DatabaseGpuRestatementStore';
import { DatabaseGpuUsageStore } from './DatabaseGpuUsageStore';
import { GpuBooking, LedgerPoster } from './GpuBooking';
import { GpuCostService } from './GpuCostService';
import { GpuRestating } from './GpuRestating';
import { GpuUsageIntake } from './GpuUsageIntake';
import { MachinePrices } from './MachinePrices';

/** What the cost of GPUs is built on. */
export interface GpuDomainOptions {
  /** With every migration applied. */
  database: Knex;
  departments: DepartmentService;
  access: DepartmentAccess;
  ledger: LedgerPoster;
  machinePrices: MachinePrices;
  /** The Group that pays for what nobody had; absent: nobody does, and it stands open. */
  unallocatedTo?: string;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  scheduler: SchedulerService;
  logger: LoggerService;
  now: () => Date;
}

/** Everything that has to do with what GPU machines cost: recorded usage, its booking, the report. */
export async function createGpuDomain(options: GpuDomainOptions): Promise<{
  gpuUsage: GpuUsageIntake;
  /** Is to hear of prices that reach back. */
  gpuRestating: GpuRestating;
  router: express.Router;
}> {
  const { database, scheduler } = options;
  const store = new DatabaseGpuUsageStore({ database });
  const booking = new GpuBooking({
    ...options,
    store,
    prices: options.machinePrices,
  });
  const restating = new GpuRestating({
    ...options,
    store: new DatabaseGpuRestatementStore({ database }),
    prices: options.machinePrices,
    booking,
  });
  const intake = new GpuUsageIntake({
    ...options,
    store,
    booking,
    quarantine: new DatabaseQuarantineStore({ database }),
  });
  const costs = new GpuCostService({
    ...options,
    store: new DatabaseGpuCostStore({ database }),
  });
  await scheduler.scheduleTask({
    id: 'book-gpu-usage',
    frequency: { minutes: 2 },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 45 },
    fn: async () => {
      await booking.sweep();
      await restating.finish();
    },
  });
  return {
    gpuUsage: intake,
    gpuRestating: restating,
    router: createGpuRouter({ ...options, intake, costs }),
  };
}

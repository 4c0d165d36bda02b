import {
  AuditorService,
  AuthService,
  HttpAuthService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  MeshSeed,
  PriceSource,
  UsageSink,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Router } from 'express';
import { Knex } from 'knex';
import { createBooksDomain } from './books/createBooksDomain';
import { ChangeSignal } from './changes/ChangeSignal';
import { MeshConfig } from './config';
import { createLedgerDomain, LedgerDomainOptions } from './createLedgerDomain';
import { ApplicationService } from './departments/ApplicationService';
import { CatalogDepartmentService } from './departments/CatalogDepartmentService';
import { createDepartmentRouter } from './departments/createDepartmentRouter';
import { DatabaseDepartmentStore } from './departments/DatabaseDepartmentStore';
import { DefaultDepartmentAccess } from './departments/DefaultDepartmentAccess';
import { createGpuDomain } from './gpu/createGpuDomain';
import { PriceBookMachinePrices } from './gpu/PriceBookMachinePrices';
import { createReplicaRouter } from './fleet/createReplicaRouter';
import { DatabaseReplicaStore } from './fleet/DatabaseReplicaStore';
import { ReplicaService } from './fleet/ReplicaService';
import { AuthorizedKeyService } from './keys/AuthorizedKeyService';
import { createKeyRouter } from './keys/createKeyRouter';
import { DatabaseKeyStore } from './keys/DatabaseKeyStore';
import { KeyService } from './keys/KeyService';
import { CatalogModelService } from './models/CatalogModelService';
import { createModelRouter } from './models/createModelRouter';
import { createPriceDomain } from './prices/createPriceDomain';
import { RoutedModelSource } from './routing/RoutedModelSource';
import { createSeedContext, SeedServices } from './seeding/createSeedContext';
import { DatabaseSeedStore } from './seeding/DatabaseSeedStore';
import { SeedRunner } from './seeding/SeedRunner';
import { createSinkDomain } from './sinks/createSinkDomain';

/** What the control plane is built on. */
export interface ControlPlaneOptions {
  config: MeshConfig;
  /** With every migration applied. */
  database: Knex;
  catalog: CatalogService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  auditor: AuditorService;
  /** Absent: alerts of budgets are only on the page. */
  notifications?: LedgerDomainOptions['notifications'];
  scheduler: SchedulerService;
  logger: LoggerService;
  seeds: readonly MeshSeed[];
  priceSources: readonly PriceSource[];
  sinks: readonly UsageSink[];
  now: () => Date;
}

/** Puts the domains together, imports the prices and schedules the work in the background. */
export async function createControlPlane(
  options: ControlPlaneOptions,
): Promise<{ departments: CatalogDepartmentService; routers: Router[] }> {
  const { config, database, scheduler } = options;
  const shared = { ...options, changes: new ChangeSignal() };

  const { prices, routers: priceRouters } = await createPriceDomain(shared);
  const departments = new CatalogDepartmentService({
    ...shared,
    store: new DatabaseDepartmentStore(database),
  });
  const applications = new ApplicationService(options);
  const access = new DefaultDepartmentAccess({ ...options, departments });
  const models = new CatalogModelService({ ...options, prices });
  const keys = new KeyService({
    ...shared,
    store: new DatabaseKeyStore(database),
    applications,
    departments,
    models,
    hashSecret: config.hashSecret,
    defaultLimits: config.traffic.limits.defaultKey,
  });
  const routing = new RoutedModelSource({
    ...options,
    traffic: config.traffic,
    models,
    prices,
    departments,
    applications,
  });
  const replicas = new ReplicaService({
    ...options,
    store: new DatabaseReplicaStore({ database }),
  });
  const sinkDomain = await createSinkDomain(options);
  const ledgerDomain = await createLedgerDomain({
    ...shared,
    ...config.budgeting,
    onBooked: sinkDomain.onBooked,
    traffic: config.traffic,
    departments,
    access,
    applications,
    keys,
    models: routing,
    prices,
    replicas,
  });
  const gpuDomain = await createGpuDomain({
    ...options,
    ...config.gpu,
    departments,
    access,
    ledger: ledgerDomain.ledger,
    machinePrices: new PriceBookMachinePrices(prices),
  });
  prices.addListener(gpuDomain.gpuRestating);
  const booksDomain = await createBooksDomain({
    ...options,
    ...config.books,
    ledger: ledgerDomain.ledger,
    departments,
    applications,
    models,
    routing,
    prices,
  });
  prices.addListener(booksDomain.repricings);
  await departments.startRefreshing(scheduler);
  await replicas.startPruning(scheduler);
  await startSeeding({
    ...options,
    ...ledgerDomain,
    ...gpuDomain,
    departments,
    keys,
    models,
  });
  const authorizedKeys = new AuthorizedKeyService({
    keys,
    applications,
    access,
  });
  return {
    departments,
    routers: [
      createDepartmentRouter({
        ...options,
        ...config,
        departments,
        applications,
        access,
      }),
      createModelRouter({ ...options, models }),
      createKeyRouter({ ...options, keys: authorizedKeys }),
      createReplicaRouter({ ...options, replicas, routing }), // before the exchanges below the same path
      gpuDomain.router,
      ...priceRouters,
      sinkDomain.router,
      ...booksDomain.routers,
      ...ledgerDomain.routers,
    ],
  };
}

async function startSeeding(
  options: ControlPlaneOptions &
    SeedServices & { departments: CatalogDepartmentService },
): Promise<void> {
  const runner = new SeedRunner({
    ...options,
    store: new DatabaseSeedStore(options.database),
    context: createSeedContext({ ...options, ...options.config }),
    prepare: async () => options.departments.refresh(),
  });
  await runner.start(options.scheduler);
}

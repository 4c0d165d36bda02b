import { KeyId, SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { mockErrorHandler, mockServices } from '@backstage/backend-test-utils';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import express from 'express';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createLedgerDomain } from '../createLedgerDomain';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { DatabaseReplicaStore } from '../fleet/DatabaseReplicaStore';
import { ReplicaService } from '../fleet/ReplicaService';
import { PinnedPrices } from '../ledger/PinnedPrice';
import { NO_TRAFFIC_CONFIG } from '../routing/readTrafficConfig';
import { TrafficConfig } from '../routing/trafficConfigSchema';
import {
  BUDGET_APPLICATIONS,
  BUDGET_KEYS,
  organisationService,
} from './organisation';

/** The routers of the ledger over a database, with everything around them in memory. */
export async function createLedgerApp(options: {
  database: Knex;
  now: () => Date;
  /** Departments in which the caller has a permission, by its name; none when missing. */
  allowed: Record<string, string[]>;
  traffic?: TrafficConfig;
  /** None when absent. */
  models?: NonNullable<SnapshotInput['models']>;
  /** None is known when absent. */
  prices?: PinnedPrices;
  /** All are known when absent. */
  isKnownKey?: (keyId: KeyId) => boolean;
}) {
  const { database, now, allowed, traffic = NO_TRAFFIC_CONFIG } = options;
  const logger = mockServices.logger.mock();
  const auditor = mockServices.auditor.mock();
  const auditEvent = { success: jest.fn(), fail: jest.fn() };
  auditor.createEvent.mockResolvedValue(auditEvent);
  const keys = {
    forSnapshot: async () => [],
    noteUsed: jest.fn(),
    knownOf: async (ids: readonly KeyId[]) =>
      new Set(ids.filter(options.isKnownKey ?? (() => true))),
    async get(keyId: KeyId) {
      const key = BUDGET_KEYS.find(each => each.id === keyId);
      if (!key) throw new NotFoundError(`There is no key "${keyId}"`);
      return key;
    },
  };
  const replicas = new ReplicaService({
    store: new DatabaseReplicaStore({ database }),
    now,
  });
  const domain = await createLedgerDomain({
    database,
    departments: organisationService,
    access: createAccess(allowed),
    applications: {
      find: async ref => BUDGET_APPLICATIONS.find(each => each.ref === ref),
    },
    keys,
    models: { forSnapshot: async () => options.models ?? [] },
    prices: options.prices ?? { versionsOf: async () => new Map() },
    replicas,
    traffic,
    changes: new ChangeSignal(),
    auditor,
    httpAuth: mockServices.httpAuth(),
    logger,
    scheduler: mockServices.scheduler.mock(),
    now,
  });
  const app = express();
  for (const router of domain.routers) app.use(router);
  app.use(mockErrorHandler());
  return { app, ...domain, keys, replicas, logger, auditor, auditEvent };
}

function createAccess(allowed: Record<string, string[]>): DepartmentAccess {
  const refsOf = ({ name }: ResourcePermission) => allowed[name] ?? [];
  return {
    allowedRefs: async permission => refsOf(permission),
    async require(permission, departmentRef) {
      if (!refsOf(permission).includes(departmentRef)) {
        throw new NotAllowedError('not in this department');
      }
    },
  };
}

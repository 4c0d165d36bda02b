import { mockErrorHandler, mockServices } from '@backstage/backend-test-utils';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import express from 'express';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createLedgerDomain } from '../createLedgerDomain';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { NotAllowedError } from '@backstage/errors';
import { organisationService } from './organisation';

/** The routers of the ledger over a database, with everything around them in memory. */
export async function createLedgerApp(options: {
  database: Knex;
  now: () => Date;
  /** Departments in which the caller has a permission, by its name; none when missing. */
  allowed: Record<string, string[]>;
}) {
  const { database, now, allowed } = options;
  const logger = mockServices.logger.mock();
  const auditor = mockServices.auditor.mock();
  const auditEvent = { success: jest.fn(), fail: jest.fn() };
  auditor.createEvent.mockResolvedValue(auditEvent);
  const keys = { forSnapshot: async () => [], noteUsed: jest.fn() };
  const domain = await createLedgerDomain({
    database,
    departments: organisationService,
    access: createAccess(allowed),
    keys,
    models: { forSnapshot: async () => [] },
    prices: {
      ratesOf: async () => new Map(),
    },
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
  return { app, ...domain, keys, logger, auditor, auditEvent };
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

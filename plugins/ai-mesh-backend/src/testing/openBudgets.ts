import { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { Department } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { BudgetDirectory } from '../budgets/BudgetDirectory';
import { BudgetService } from '../budgets/BudgetService';
import { DatabaseBudgetStore } from '../budgets/DatabaseBudgetStore';
import { DatabaseLeaseStore } from '../budgets/DatabaseLeaseStore';
import { LeaseService } from '../budgets/LeaseService';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { DepartmentTree } from '../departments/DepartmentTree';

/** @see openBudgets */
export interface OpenBudgets {
  budgets: BudgetService;
  leases: LeaseService;
}

/**
 * The real budgets of departments and their leases over a database; no application and no key has one.
 *
 * @param options - `now` says which month it is
 */
export async function openBudgets(options: {
  database: Knex;
  departments: readonly Department[];
  logger: LoggerService;
  now: () => Date;
}): Promise<OpenBudgets> {
  const { database, logger, now } = options;
  await applyMigrations(database);
  const tree = new DepartmentTree([...options.departments]);
  const departments = { tree: async () => tree };
  const shared = { departments, changes: new ChangeSignal(), logger, now };
  return {
    budgets: new BudgetService({
      ...shared,
      store: new DatabaseBudgetStore({ database }),
      directory: new BudgetDirectory({
        departments,
        applications: { find: async () => undefined },
        getKey: async id => {
          throw new NotFoundError(`There is no key "${id}"`);
        },
      }),
    }),
    leases: new LeaseService({
      ...shared,
      store: new DatabaseLeaseStore({ database }),
    }),
  };
}

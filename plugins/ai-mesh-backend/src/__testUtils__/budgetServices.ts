import { mockServices } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { BudgetService } from '../budgets/BudgetService';
import { DatabaseBudgetStore } from '../budgets/DatabaseBudgetStore';
import { DatabaseLeaseStore } from '../budgets/DatabaseLeaseStore';
import { LeaseService } from '../budgets/LeaseService';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { organisationService } from './organisation';

/** Everything that changes a balance, over one database. */
export function createBudgetServices(options: {
  database: Knex;
  now: () => Date;
}) {
  const { database, now } = options;
  const shared = {
    departments: organisationService,
    changes: new ChangeSignal(),
    logger: mockServices.logger.mock(),
    now,
  };
  return {
    ledger: new DatabaseLedgerStore({ database, now }),
    budgets: new BudgetService({
      ...shared,
      store: new DatabaseBudgetStore({ database }),
    }),
    leases: new LeaseService({
      ...shared,
      store: new DatabaseLeaseStore({ database }),
    }),
  };
}

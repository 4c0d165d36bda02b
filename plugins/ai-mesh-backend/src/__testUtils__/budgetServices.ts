import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import { Knex } from 'knex';
import { BudgetCalendar } from '../budgets/BudgetCalendar';
import { BudgetDirectory } from '../budgets/BudgetDirectory';
import { BudgetService } from '../budgets/BudgetService';
import { DatabaseBudgetStore } from '../budgets/DatabaseBudgetStore';
import { DatabaseLeaseStore } from '../budgets/DatabaseLeaseStore';
import { DatabaseTopUpStore } from '../budgets/DatabaseTopUpStore';
import { LeaseService } from '../budgets/LeaseService';
import { TopUpService } from '../budgets/TopUpService';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import {
  BUDGET_APPLICATIONS,
  BUDGET_KEYS,
  organisationService,
} from './organisation';

/** Everything that changes a balance, over one database. */
export function createBudgetServices(options: {
  database: Knex;
  now: () => Date;
  calendar?: BudgetCalendar;
}) {
  const { database, now } = options;
  const directory = createDirectory();
  const store = new DatabaseBudgetStore({ database });
  const shared = {
    ...options,
    departments: organisationService,
    directory,
    changes: new ChangeSignal(),
    logger: mockServices.logger.mock(),
  };
  const budgets = new BudgetService({ ...shared, store });
  return {
    store,
    directory,
    logger: shared.logger,
    ledger: new DatabaseLedgerStore({ database, now }),
    budgets,
    topUps: new TopUpService({
      ...shared,
      budgets,
      store: new DatabaseTopUpStore({ database }),
    }),
    leases: new LeaseService({
      ...shared,
      store: new DatabaseLeaseStore({ database }),
    }),
  };
}

function createDirectory(): BudgetDirectory {
  return new BudgetDirectory({
    departments: organisationService,
    applications: {
      find: async ref => BUDGET_APPLICATIONS.find(each => each.ref === ref),
    },
    async getKey(id) {
      const key = BUDGET_KEYS.find(each => each.id === id);
      if (!key) throw new NotFoundError(`There is no key "${id}"`);
      return key;
    },
  });
}

import { LoggerService } from '@backstage/backend-plugin-api';
import { Department } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { DepartmentTree } from '../departments/DepartmentTree';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { LedgerService } from '../ledger/LedgerService';
import { PinnedPrice } from '../ledger/PinnedPrice';
import { DatabaseSpendStore } from '../reports/DatabaseSpendStore';
import { SpendService } from '../reports/SpendService';

/** @see openLedger */
export interface OpenLedger {
  ledger: LedgerService;
  spend: SpendService;
}

/**
 * The real ledger and its reports over a database, with departments and prices from memory. Every key is known.
 *
 * @param options - `prices` by the id of their version
 */
export async function openLedger(options: {
  database: Knex;
  departments: readonly Department[];
  prices: ReadonlyMap<string, PinnedPrice>;
  logger: LoggerService;
  now?: () => Date;
}): Promise<OpenLedger> {
  const { database, logger, now } = options;
  await applyMigrations(database);
  const tree = new DepartmentTree([...options.departments]);
  const departments = { tree: async () => tree };
  return {
    ledger: new LedgerService({
      store: new DatabaseLedgerStore({ database, now }),
      departments,
      prices: { versionsOf: async () => options.prices },
      keys: { knownOf: async ids => new Set(ids) },
      logger,
    }),
    spend: new SpendService({
      store: new DatabaseSpendStore({ database }),
      departments,
      applications: { find: async () => undefined },
    }),
  };
}

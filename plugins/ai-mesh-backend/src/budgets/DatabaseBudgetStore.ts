import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { readLevels } from './budgetLevels';
import { BudgetStore } from './BudgetStore';
import { BudgetLevel } from './LeaseStore';
import { Period } from './period';

/** Limits of departments in SQL. */
export class DatabaseBudgetStore implements BudgetStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async setLimit(
    departmentRef: string,
    limit: PicoUsd | undefined,
    options: { by: string; at: Date },
  ): Promise<void> {
    await inTransaction(this.#database, transaction =>
      insertRows(transaction, {
        table: 'budgets',
        columns: {
          department_ref: 'text',
          limit_pico: 'amount',
          epoch: 'integer',
          updated_by: 'text',
          updated_at: 'integer',
        },
        rows: [
          {
            department_ref: departmentRef,
            limit_pico: limit,
            epoch: 1,
            updated_by: options.by,
            updated_at: options.at.getTime(),
          },
        ],
        then: `on conflict (department_ref) do update set
          limit_pico = excluded.limit_pico, epoch = budgets.epoch + 1,
          updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
      }),
    );
  }

  async read(refs: readonly string[], period: Period): Promise<BudgetLevel[]> {
    return readLevels(this.#database, { refs, period });
  }

  async readEpochs(): Promise<Map<string, number>> {
    const rows = await this.#database('budgets').select<
      { department_ref: string; epoch: number }[]
    >('department_ref', 'epoch');
    return new Map(rows.map(row => [row.department_ref, row.epoch]));
  }
}

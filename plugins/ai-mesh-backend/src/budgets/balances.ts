import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { Period } from './period';

/** Which balance: of one department, in one month. */
export interface BalanceKey {
  departmentRef: string;
  period: Period;
}

/** Changes of balances that belong to one transaction, summed before they are written. */
export class BalanceChanges {
  readonly #changes = new Map<
    string,
    BalanceKey & { settled: bigint; leased: bigint }
  >();

  /** Adds an amount (pico-USD, may be below zero) on every department of a path. */
  add(options: {
    path: readonly string[];
    period: Period;
    settled?: bigint;
    leased?: bigint;
  }): void {
    for (const departmentRef of options.path) {
      const id = `${departmentRef}\n${options.period}`;
      let change = this.#changes.get(id);
      if (!change) {
        change = {
          departmentRef,
          period: options.period,
          settled: 0n,
          leased: 0n,
        };
        this.#changes.set(id, change);
      }
      change.settled += options.settled ?? 0n;
      change.leased += options.leased ?? 0n;
    }
  }

  /** Writes the changes, in the order in which every transaction locks balances. */
  async apply(transaction: Knex.Transaction): Promise<void> {
    await insertRows(transaction, {
      table: 'budget_balances',
      columns: {
        department_ref: 'text',
        period: 'text',
        settled_pico: 'amount',
        leased_pico: 'amount',
      },
      rows: [...this.#changes]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, change]) => ({
          department_ref: change.departmentRef,
          period: change.period,
          settled_pico: change.settled,
          leased_pico: change.leased,
        })),
      then: `on conflict (department_ref, period) do update set
        settled_pico = budget_balances.settled_pico + excluded.settled_pico,
        leased_pico = budget_balances.leased_pico + excluded.leased_pico`,
    });
  }
}

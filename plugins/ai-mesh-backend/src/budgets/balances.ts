import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { Period } from './BudgetCalendar';

/** The columns that every row of `budget_balances` has. */
export const BALANCE_COLUMNS = {
  node_id: 'text',
  period: 'text',
  settled_pico: 'amount',
  leased_pico: 'amount',
} as const;

/** Changes of the sums of one balance, pico-USD; may be below zero. */
export interface BalanceChange {
  settled?: bigint;
  leased?: bigint;
}

/** Changes of balances that belong to one transaction, summed before they are written. */
export class BalanceChanges {
  readonly #changes = new Map<
    Period,
    Map<string, { settled: bigint; leased: bigint }>
  >();

  /** Adds an amount on every node of a path. */
  add(path: Iterable<string>, period: Period, change: BalanceChange): void {
    let nodes = this.#changes.get(period);
    if (!nodes) this.#changes.set(period, (nodes = new Map()));
    for (const nodeId of path) {
      let sum = nodes.get(nodeId);
      if (!sum) nodes.set(nodeId, (sum = { settled: 0n, leased: 0n }));
      sum.settled += change.settled ?? 0n;
      sum.leased += change.leased ?? 0n;
    }
  }

  /** Writes the changes, in the order in which every transaction locks balances. */
  async apply(transaction: Knex.Transaction): Promise<void> {
    await insertRows(transaction, {
      table: 'budget_balances',
      columns: BALANCE_COLUMNS,
      rows: this.#rows(),
      then: `on conflict (node_id, period) do update set
        settled_pico = budget_balances.settled_pico + excluded.settled_pico,
        leased_pico = budget_balances.leased_pico + excluded.leased_pico`,
    });
  }

  #rows() {
    return [...this.#changes]
      .flatMap(([period, nodes]) =>
        [...nodes].map(([nodeId, { settled, leased }]) => ({
          node_id: nodeId,
          period,
          settled_pico: settled,
          leased_pico: leased,
        })),
      )
      .sort(
        (a, b) => compare(a.node_id, b.node_id) || compare(a.period, b.period),
      );
  }
}

/** Makes balances that are missing and keeps everyone else from changing any of these until the transaction ends. */
export async function lockBalances(
  transaction: Knex.Transaction,
  options: { nodeIds: Iterable<string>; period: Period },
): Promise<void> {
  // adding nothing makes missing rows and locks all of them, which a SELECT of missing rows could not
  const nothing = new BalanceChanges();
  nothing.add(options.nodeIds, options.period, {});
  await nothing.apply(transaction);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

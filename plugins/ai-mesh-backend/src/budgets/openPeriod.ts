import {
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { BALANCE_COLUMNS } from './balances';
import { Period } from './BudgetCalendar';
import { BudgetLevel } from './BudgetLevel';
import { readLevels } from './budgetLevels';

/**
 * Works out what budgets carry over into a month, once:
 *
 *     carried = limit + carried before − settled − leased, at least 0 and at most one limit
 *
 * What is still leased counts as spent, and top-ups are not carried: never too much. What is handed back, or booked
 * late, after that changes nothing in it any more.
 *
 * @param levels - of the month that opens, under lock; their `carried` is filled in
 */
export async function openPeriod(
  transaction: Knex.Transaction,
  levels: readonly BudgetLevel[],
  options: { period: Period; periodBefore: Period; now: Date },
): Promise<void> {
  const unopened = levels.filter(
    level => level.budget && level.carried === undefined,
  );
  if (unopened.length === 0) return;
  const carrying = unopened.filter(({ budget }) => {
    const since = budget?.since ?? options.period;
    return budget?.carryOver === 'unused' && since <= options.periodBefore;
  });
  const before = new Map(
    (
      await readLevels(transaction, {
        nodeIds: carrying.map(level => level.id),
        period: options.periodBefore,
        now: options.now,
      })
    ).map(level => [level.id, level]),
  );
  for (const level of unopened) {
    level.carried = carriedFrom(before.get(level.id));
  }
  await saveCarried(transaction, unopened, options.period);
}

function carriedFrom(before: BudgetLevel | undefined) {
  if (!before?.budget) return ZERO_PICO_USD;
  const { limit } = before.budget;
  const unused =
    limit + (before.carried ?? 0n) - before.settled - before.leased;
  if (unused <= 0n) return ZERO_PICO_USD;
  return picoUsd(unused < limit ? unused : limit);
}

async function saveCarried(
  transaction: Knex.Transaction,
  levels: readonly BudgetLevel[],
  period: Period,
): Promise<void> {
  await insertRows(transaction, {
    table: 'budget_balances',
    columns: {
      ...BALANCE_COLUMNS,
      carried_pico: 'amount',
    },
    rows: levels.map(level => ({
      node_id: level.id,
      period,
      settled_pico: level.settled,
      leased_pico: level.leased,
      carried_pico: level.carried,
    })),
    then: `on conflict (node_id, period) do update set carried_pico = excluded.carried_pico`,
  });
}

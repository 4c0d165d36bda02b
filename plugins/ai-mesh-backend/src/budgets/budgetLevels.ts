import {
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { BalanceChanges } from './balances';
import { BudgetLevel } from './LeaseStore';
import { Period } from './period';

/** A set limit, and how often it was changed. */
interface Limit {
  limit?: PicoUsd;
  epoch: number;
}

/**
 * Keeps everyone else from changing these balances until the transaction ends.
 */
export async function lockLevels(
  transaction: Knex.Transaction,
  options: { path: readonly string[]; period: Period },
): Promise<void> {
  // adding nothing makes missing rows and locks all of them, which a SELECT of missing rows could not
  const nothing = new BalanceChanges();
  nothing.add(options);
  await nothing.apply(transaction);
}

/** Limit and balance of departments, in the order given. */
export async function readLevels(
  database: Knex,
  options: { refs: readonly string[]; period: Period },
): Promise<(BudgetLevel & { epoch: number })[]> {
  const limits = await readLimits(database, options.refs);
  const balances = await readBalances(database, options);
  return options.refs.map(departmentRef => ({
    departmentRef,
    epoch: 0,
    settled: ZERO_PICO_USD,
    leased: ZERO_PICO_USD,
    ...limits.get(departmentRef),
    ...balances.get(departmentRef),
  }));
}

async function readLimits(
  database: Knex,
  refs: readonly string[],
): Promise<Map<string, Limit>> {
  const rows = await database('budgets')
    .whereIn('department_ref', refs)
    .select<
      { department_ref: string; epoch: number; limit_pico: string | null }[]
    >(
      'department_ref',
      'epoch',
      database.raw('cast(limit_pico as text) as limit_pico'),
    );
  return new Map(
    rows.map(row => [
      row.department_ref,
      {
        epoch: row.epoch,
        ...(row.limit_pico !== null && {
          limit: picoUsd(BigInt(row.limit_pico)),
        }),
      },
    ]),
  );
}

async function readBalances(
  database: Knex,
  options: { refs: readonly string[]; period: Period },
): Promise<Map<string, { settled: PicoUsd; leased: PicoUsd }>> {
  const rows = await database('budget_balances')
    .where({ period: options.period })
    .whereIn('department_ref', options.refs)
    .select<{ department_ref: string; settled: string; leased: string }[]>(
      'department_ref',
      database.raw('cast(settled_pico as text) as settled'),
      database.raw('cast(leased_pico as text) as leased'),
    );
  return new Map(
    rows.map(row => [
      row.department_ref,
      {
        settled: picoUsd(BigInt(row.settled)),
        leased: picoUsd(BigInt(row.leased)),
      },
    ]),
  );
}

import {
  Budget,
  parseUsd,
  PicoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Tone } from '../../components/StatusBadge';
import { messageOf } from '../../utils/formErrors';

/** A budget as a row of the table; the sum of the top-level ones is a row too. */
export type BudgetRow = Omit<Budget, 'canUpdate'> & {
  id: string;
  /** Absent on the sum. */
  budget?: Budget;
};

const WARNING_PERCENT = 80n;

/** How a budget stands, in words and in what they mean. */
export function statusOf(row: Pick<Budget, 'limitPicoUsd' | 'spentPicoUsd'>): {
  tone: Tone;
  text: string;
} {
  const { limitPicoUsd: limit, spentPicoUsd: spent } = row;
  if (limit === undefined) return { tone: 'neutral', text: 'No limit' };
  if (spent > limit) return { tone: 'negative', text: 'Over' };
  if (spent === limit) return { tone: 'negative', text: 'Used up' };
  if (spent * 100n >= limit * WARNING_PERCENT) {
    return { tone: 'warning', text: `${WARNING_PERCENT} % used` };
  }
  return { tone: 'positive', text: 'OK' };
}

/** The rows in the order of the tree, closed by the sum of those whose parent is not among them. */
export function toRows(budgets: readonly Budget[]): BudgetRow[] {
  const shallowest = Math.min(...budgets.map(each => each.depth));
  const rows: BudgetRow[] = budgets.map(budget => ({
    ...budget,
    budget,
    id: budget.departmentRef,
    depth: budget.depth - shallowest,
  }));
  return budgets.length === 0 ? [] : [...rows, sumOf(topLevelOf(budgets))];
}

function topLevelOf(budgets: readonly Budget[]): Budget[] {
  const refs = new Set(budgets.map(each => each.departmentRef));
  return budgets.filter(
    each => each.parentRef === undefined || !refs.has(each.parentRef),
  );
}

function sumOf(budgets: readonly Budget[]): BudgetRow {
  return {
    id: 'total',
    departmentRef: 'total',
    title: 'Total',
    type: '',
    depth: 0,
    period: budgets[0].period,
    spentPicoUsd: sumPicoUsd(budgets.map(each => each.spentPicoUsd)),
    leasedPicoUsd: sumPicoUsd(budgets.map(each => each.leasedPicoUsd)),
    limitPicoUsd: sumOrNone(budgets.map(each => each.limitPicoUsd)),
    leftPicoUsd: sumOrNone(budgets.map(each => each.leftPicoUsd)),
  };
}

/** One without a limit makes the sum one without a limit. */
function sumOrNone(
  amounts: readonly (PicoUsd | undefined)[],
): PicoUsd | undefined {
  const known = amounts.filter(amount => amount !== undefined);
  return known.length === amounts.length ? sumPicoUsd(known) : undefined;
}

/** Reads what was typed as a limit; nothing typed means no limit of its own. */
export function parseLimit(
  text: string,
): { limitUsd: string | null } | { error: string } {
  const limitUsd = text.trim();
  if (limitUsd === '') return { limitUsd: null };
  try {
    return parseUsd(limitUsd) < 0n
      ? { error: 'A budget cannot be below zero' }
      : { limitUsd };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

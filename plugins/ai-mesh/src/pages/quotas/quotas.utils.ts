import {
  Budget,
  BudgetRule,
  formatUsd,
  parseUsd,
  PicoUsd,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { Tone } from '../../components/StatusBadge';
import { messageOf } from '../../utils/formErrors';

/** A budget as a row of a table; the sum of the top-level departments is a row too. */
export interface BudgetRow
  extends Pick<
    Budget,
    | 'title'
    | 'type'
    | 'costCentre'
    | 'depth'
    | 'model'
    | 'period'
    | 'spentPicoUsd'
    | 'leasedPicoUsd'
    | 'leftPicoUsd'
  > {
  id: string;
  /** The effective one. */
  limitPicoUsd?: PicoUsd;
  /** Absent on the sum. */
  budget?: Budget;
}

const WARNING_PERCENT = 80n;

/** How a budget stands, in words and in what they mean. */
export function statusOf(
  row: Pick<BudgetRow, 'limitPicoUsd' | 'spentPicoUsd'>,
): {
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

/** Whether a budget is one of a whole department: a row of the tree. */
export function isOfDepartment(budget: Budget): boolean {
  return budget.level === 'department' && budget.model === undefined;
}

/** The rows of the tree, closed by the sum of those whose parent is not among them. */
export function toTreeRows(budgets: readonly Budget[]): BudgetRow[] {
  if (budgets.length === 0) return [];
  const shallowest = Math.min(...budgets.map(each => each.depth));
  const rows = budgets.map(budget => ({
    ...toRow(budget),
    depth: budget.depth - shallowest,
  }));
  return [...rows, sumOf(topLevelOf(budgets))];
}

/** A budget that stands outside the tree. */
export function toRow(budget: Budget): BudgetRow {
  return {
    ...budget,
    limitPicoUsd: budget.effectiveLimitPicoUsd,
    depth: 0,
    budget,
  };
}

function topLevelOf(budgets: readonly Budget[]): Budget[] {
  const ids = new Set(budgets.map(each => each.id));
  return budgets.filter(
    each => each.parentRef === undefined || !ids.has(each.parentRef),
  );
}

function sumOf(budgets: readonly Budget[]): BudgetRow {
  return {
    id: 'total',
    title: 'Total',
    type: '',
    depth: 0,
    period: budgets[0].period,
    spentPicoUsd: sumPicoUsd(budgets.map(each => each.spentPicoUsd)),
    leasedPicoUsd: sumPicoUsd(budgets.map(each => each.leasedPicoUsd)),
    limitPicoUsd: sumOrNone(budgets.map(each => each.effectiveLimitPicoUsd)),
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

/** What a budget is for, for people: its title, and the model where it is for one only. */
export function nameOf(budget: Pick<Budget, 'title' | 'model'>): string {
  return budget.model === undefined
    ? budget.title
    : `${budget.title}, ${budget.model}`;
}

/** What kind of thing a budget is for, and its cost centre. */
export function kindOf(row: Pick<BudgetRow, 'type' | 'costCentre' | 'title'>) {
  const { type, costCentre, title } = row;
  if (!costCentre || costCentre === title) return type;
  return `${type} · ${costCentre}`;
}

/** Which budgets outside the tree to show. */
export const SHOWN = {
  all: 'All budgets',
  department: 'Models in departments',
  'cost-centre': 'Cost centres',
  application: 'Applications',
  key: 'Keys',
} as const;

/** Narrows budgets to what was searched for, by title, model or cost centre, in any case. */
export function matching(budgets: readonly Budget[], search: string): Budget[] {
  const wanted = search.trim().toLowerCase();
  return budgets.filter(budget =>
    [budget.title, budget.model, budget.costCentre].some(text =>
      text?.toLowerCase().includes(wanted),
    ),
  );
}

/** Orders budgets outside the tree. */
export function sorted(
  budgets: readonly Budget[],
  { sort, order }: { sort: string; order: string },
): Budget[] {
  const sign = order === 'descending' ? -1 : 1;
  return [...budgets].sort((a, b) => sign * compareBy(sort, a, b));
}

function compareBy(sort: string, a: Budget, b: Budget): number {
  switch (sort) {
    case 'spent':
      return compare(a.spentPicoUsd, b.spentPicoUsd);
    case 'used':
      return compare(partsOf(a), partsOf(b));
    default:
      return nameOf(a).localeCompare(nameOf(b)) || compare(a.id, b.id);
  }
}

/** Spent in millionths of the limit. */
function partsOf({ spentPicoUsd, effectiveLimitPicoUsd }: Budget): bigint {
  if (!effectiveLimitPicoUsd) return spentPicoUsd;
  return (spentPicoUsd * 1_000_000n) / effectiveLimitPicoUsd;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * An estimate, to two digits: more would look as if somebody knew.
 *
 * @example formatRough(parseUsd('1234.56')) // '≈ $1,200.00'
 */
export function formatRough(amount: PicoUsd): string {
  const digits = amount.toString().length;
  const unit = 10n ** BigInt(Math.max(0, digits - 2));
  return `≈ ${formatUsd(picoUsd(((amount + unit / 2n) / unit) * unit))}`;
}

/** A month, as `2026-11`, in the reader's words. */
export function formatPeriod(period: string): string {
  return DateTime.fromFormat(period, 'yyyy-MM').toLocaleString({
    month: 'long',
    year: 'numeric',
  });
}

/** A day in the time zone of the budgets. */
export function formatDay(at: string, timeZone: string): string {
  return DateTime.fromISO(at, { zone: timeZone }).toLocaleString({
    day: 'numeric',
    month: 'short',
  });
}

/** The moment of a time zone in which a day begins, or the next one: for fields that ask for days. */
export function startOfDay(
  day: string,
  timeZone: string,
  options: { plusDays: number },
): string | undefined {
  const moment = DateTime.fromISO(day, { zone: timeZone });
  if (!moment.isValid) return undefined;
  return moment.plus({ days: options.plusDays }).toUTC().toISO() ?? undefined;
}

/** When a rule holds. */
export function thresholdOf({ at }: BudgetRule): string {
  return at === 'projected-breach' ? 'Projected breach' : `${at} %`;
}

/** What a rule does, for people. */
export function actionOf({ then }: BudgetRule): string {
  switch (then.action) {
    case 'notify':
      return 'Notify';
    case 'cheaper-model':
      return 'Cheaper model';
    case 'cap-output':
      return `At most ${then.maxOutputTokens.toLocaleString()} output tokens`;
    case 'queue':
      return `Wait up to ${then.seconds} s`;
    default:
      return 'Block';
  }
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

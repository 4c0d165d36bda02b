import {
  BudgetMeasure,
  BudgetRule,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { effectiveLimit } from './BudgetLevel';
import { BudgetRecord } from './budgetLevels';

/** The rules of a budget whose threshold is passed at present. None without a limit. */
export function passedRules(record: BudgetRecord): BudgetRule[] {
  const limit = effectiveLimit(record);
  if (limit === undefined) return [];
  return record.rules.filter(({ at }) =>
    at === 'projected-breach'
      ? record.projection?.isBreach ?? false
      : record.settled * 100n >= limit * BigInt(at) && limit > 0n,
  );
}

/** What the thresholds of a budget ask of gateways at present. */
export function measuresOf(record: BudgetRecord): BudgetMeasure[] {
  return passedRules(record).flatMap(({ then }) =>
    then.action === 'notify' ? [] : [then],
  );
}

/**
 * The measures of several budgets as one list: the lowest cap, the longest wait, and everything else once, in an order
 * that is the same for the same measures.
 */
export function mergeMeasures(
  measures: readonly BudgetMeasure[],
): BudgetMeasure[] {
  const byAction = new Map<BudgetMeasure['action'], BudgetMeasure>();
  for (const measure of measures) {
    const known = byAction.get(measure.action);
    byAction.set(measure.action, known ? stricter(known, measure) : measure);
  }
  return [...byAction.values()].sort((a, b) => (a.action < b.action ? -1 : 1));
}

function stricter(a: BudgetMeasure, b: BudgetMeasure): BudgetMeasure {
  if (a.action === 'cap-output' && b.action === 'cap-output') {
    return a.maxOutputTokens <= b.maxOutputTokens ? a : b;
  }
  if (a.action === 'queue' && b.action === 'queue') {
    return a.seconds >= b.seconds ? a : b;
  }
  return a;
}

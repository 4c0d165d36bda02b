import { BudgetMeasure } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Who has budgets. */
export type BudgetKind = 'department' | 'application' | 'key';

/** Whose budget has passed a threshold: the whole, or that for one model. */
export type BudgetOwner = BudgetKind | `${BudgetKind}-model`;

/** What thresholds of budgets ask for at present, all budgets of a call together. */
export interface Measures {
  /** No call at all, because of this budget. */
  readonly blockedBy: BudgetOwner | undefined;
  /** Calls that are not critical go to a stand-in at once. */
  readonly prefersCheaper: boolean;
  /** The lowest of the caps, in tokens; Infinity when there is none. */
  readonly maxOutputTokens: number;
  /** How long a call that is not covered may wait: the longest that a threshold allows, in milliseconds. */
  readonly queueMs: number;
}

const OWNER_NAMES: Record<BudgetOwner, string> = {
  department: "the department's budget, or of one above it,",
  application: "the application's budget",
  key: "the key's budget",
  'department-model':
    "the department's budget for this model, or of one above it,",
  'application-model': "the application's budget for this model",
  'key-model': "the key's budget for this model",
};

/** Puts the measures of several budgets together; undefined when there are none. */
export function compileMeasures(
  levels: ReadonlyArray<{
    owner: BudgetOwner;
    measures: readonly BudgetMeasure[];
  }>,
): Measures | undefined {
  let blockedBy: BudgetOwner | undefined;
  let prefersCheaper = false;
  let maxOutputTokens = Infinity;
  let queueMs = 0;
  let count = 0;
  for (const { owner, measures } of levels) {
    for (const measure of measures) {
      count += 1;
      switch (measure.action) {
        case 'block':
          blockedBy ??= owner;
          break;
        case 'cheaper-model':
          prefersCheaper = true;
          break;
        case 'cap-output':
          maxOutputTokens = Math.min(maxOutputTokens, measure.maxOutputTokens);
          break;
        default:
          queueMs = Math.max(queueMs, 1000 * measure.seconds);
      }
    }
  }
  return count === 0
    ? undefined
    : { blockedBy, prefersCheaper, maxOutputTokens, queueMs };
}

/** For the caller of a call that a threshold's rule refuses. */
export function blockedMessage(owner: BudgetOwner): string {
  return `A threshold of ${OWNER_NAMES[owner]} has been passed; its rule "block" refuses every call.`;
}

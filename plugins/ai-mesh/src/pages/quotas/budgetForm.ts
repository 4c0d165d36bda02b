import {
  Budget,
  BudgetChange,
  BudgetRule,
  formatUsdExact,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseLimit } from './quotas.utils';

/** What a rule asks for, by its name. */
export type RuleAction = BudgetRule['then']['action'];

/** A rule as it is typed. */
export interface RuleForm {
  /** Stays the same while rules come and go. */
  key: number;
  when: 'spent' | 'projected-breach';
  percent: string;
  action: RuleAction;
  /** Tokens or seconds, by the action. */
  amount: string;
}

/** A budget as it is typed. */
export interface BudgetForm {
  limitUsd: string;
  kind: Budget['kind'];
  carryOver: Budget['carryOver'];
  rules: RuleForm[];
}

/** The rules' actions in the order in which they grow stricter. */
export const RULE_ACTIONS = [
  'notify',
  'cheaper-model',
  'cap-output',
  'queue',
  'block',
] as const satisfies readonly RuleAction[];

/** What the actions are called. */
export const ACTION_LABELS: Record<RuleAction, string> = {
  notify: 'Notify the department',
  'cheaper-model': 'Cheaper model for non-critical calls',
  'cap-output': 'Cap the output of each call',
  queue: 'Let calls wait for money',
  block: 'Block all calls',
};

/** What an amount of an action is. */
export const AMOUNT_LABELS: Partial<Record<RuleAction, string>> = {
  'cap-output': 'Output tokens, at most',
  queue: 'Seconds, at most 60',
};

/** The form of a budget as it stands. */
export function toForm(
  budget: Pick<Budget, 'limitPicoUsd' | 'kind' | 'carryOver' | 'rules'>,
): BudgetForm {
  const { limitPicoUsd, kind, carryOver, rules } = budget;
  return {
    limitUsd: limitPicoUsd === undefined ? '' : formatUsdExact(limitPicoUsd),
    kind,
    carryOver,
    rules: rules.map(({ at, then }, key) => ({
      key,
      when: at === 'projected-breach' ? at : 'spent',
      percent: at === 'projected-breach' ? '' : String(at),
      action: then.action,
      amount: amountOf(then),
    })),
  };
}

/** One more rule, with nothing that is there already. */
export function nextRule(rules: readonly RuleForm[]): RuleForm {
  const key = Math.max(-1, ...rules.map(each => each.key)) + 1;
  return { key, when: 'spent', percent: '', action: 'notify', amount: '' };
}

/** What was typed as a change, or what is wrong with it by the name of the field. */
export function toChange(
  form: BudgetForm,
): { change: BudgetChange } | { errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const limit = parseLimit(form.limitUsd);
  if ('error' in limit) errors.limitUsd = limit.error;
  const rules = form.rules.map((rule, index) => toRule(rule, index, errors));
  if ('error' in limit || Object.keys(errors).length > 0) return { errors };
  const { kind, carryOver } = form;
  return { change: { ...limit, kind, carryOver, rules } };
}

function amountOf(then: BudgetRule['then']): string {
  if (then.action === 'cap-output') return String(then.maxOutputTokens);
  return then.action === 'queue' ? String(then.seconds) : '';
}

function toRule(
  rule: RuleForm,
  index: number,
  errors: Record<string, string>,
): BudgetRule {
  const at =
    rule.when === 'projected-breach' ? rule.when : wholeOf(rule.percent);
  if (typeof at === 'number' && !(at >= 1 && at <= 200)) {
    errors[`rules.${index}.at`] = 'Whole per cent, from 1 to 200';
  }
  const amount = wholeOf(rule.amount);
  const isAmountWrong = `rules.${index}.then`;
  switch (rule.action) {
    case 'cap-output':
      if (!(amount >= 1)) errors[isAmountWrong] = 'A whole number, from 1';
      return { at, then: { action: rule.action, maxOutputTokens: amount } };
    case 'queue':
      if (!(amount >= 1 && amount <= 60)) {
        errors[isAmountWrong] = 'Whole seconds, from 1 to 60';
      }
      return { at, then: { action: rule.action, seconds: amount } };
    default:
      return { at, then: { action: rule.action } };
  }
}

/** NaN for what is no whole number. */
function wholeOf(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

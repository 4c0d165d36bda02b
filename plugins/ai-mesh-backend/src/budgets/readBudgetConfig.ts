import { Config } from '@backstage/config';
import { toError, InputError } from '@backstage/errors';
import { readGroupRef } from '../departments/readGroupRef';
import { BudgetCalendar } from './BudgetCalendar';

/** What is configured for budgets. */
export interface BudgetConfig {
  /** Months in `aiMesh.budgets.timeZone`. */
  calendar: BudgetCalendar;
  /** Groups that are told of the thresholds of every budget, from `aiMesh.budgets.notify`. */
  notify: readonly string[];
}

/** @throws InputError that says which setting is wrong and what to write there */
export function readBudgetConfig(config: Config): BudgetConfig {
  return { calendar: readCalendar(config), notify: readNotify(config) };
}

function readCalendar(config: Config): BudgetCalendar {
  const key = 'aiMesh.budgets.timeZone';
  const timeZone = config.getOptionalString(key) ?? 'UTC';
  try {
    return new BudgetCalendar(timeZone);
  } catch (error) {
    throw new InputError(
      `Cannot start ai-mesh: ${key}: ${toError(error).message}`,
    );
  }
}

function readNotify(config: Config): string[] {
  const key = 'aiMesh.budgets.notify';
  const texts = config.getOptionalStringArray(key) ?? [];
  return texts.map((text, index) => readGroupRef(`${key}[${index}]`, text));
}

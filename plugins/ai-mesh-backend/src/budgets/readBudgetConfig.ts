import { Config } from '@backstage/config';
import { toError, InputError } from '@backstage/errors';
import { BudgetCalendar } from './BudgetCalendar';

/** What is configured for budgets. */
export interface BudgetConfig {
  /** Months in `aiMesh.budgets.timeZone`. */
  calendar: BudgetCalendar;
}

/** @throws InputError that says which setting is wrong and what to write there */
export function readBudgetConfig(config: Config): BudgetConfig {
  const key = 'aiMesh.budgets.timeZone';
  const timeZone = config.getOptionalString(key) ?? 'UTC';
  try {
    return { calendar: new BudgetCalendar(timeZone) };
  } catch (error) {
    throw new InputError(
      `Cannot start ai-mesh: ${key}: ${toError(error).message}`,
    );
  }
}

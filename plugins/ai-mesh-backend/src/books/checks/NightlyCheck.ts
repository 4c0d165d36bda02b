import { LoggerService } from '@backstage/backend-plugin-api';
import { LedgerDifference } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetCalendar } from '../../budgets/BudgetCalendar';
import { DepartmentService } from '../../departments/DepartmentService';
import { DayNumber, dayAfter, dayOf } from '../../ledger/posting';
import { digestOf } from '../months/DatabaseMonthStore';
import { MonthStore } from '../months/MonthStore';
import {
  daysOfMonth,
  formatMonth,
  monthAfter,
  MonthNumber,
} from '../monthNumber';
import { CheckOutcome, CheckStore } from './CheckStore';
import { compareBalances } from './compareBalances';

const DAY_MS = 86_400_000;
/** Differences that are remembered of one check. */
const MOST_REMEMBERED = 50;

/**
 * Works everything out anew that was summed up: roll-ups, accounts, balances. Every night the months that are open,
 * and one of those that are closed, in turn.
 */
export class NightlyCheck {
  readonly #options: NightlyCheckOptions;

  constructor(options: NightlyCheckOptions) {
    this.#options = options;
  }

  /**
   * @param signal - stops it between two days
   * @returns what was found, which is remembered and, when something differs, logged as an error
   */
  async run(signal?: AbortSignal): Promise<CheckOutcome> {
    const { checks, keptFrom, logger, now } = this.#options;
    const startedAt = now();
    const kept = await keptFrom();
    const days = await this.#days(startedAt, kept);
    const differences: LedgerDifference[] = [];
    let [count, compared] = [0, 0];
    for (const day of days) {
      if (signal?.aborted) break;
      const found = await checks.checkDay(day, { withCorrections: kept === 0 });
      compared += 1;
      count += found.count;
      differences.push(...found.differences);
    }
    const others = [
      ...(await this.#compareBalances(startedAt, kept)),
      ...(await this.#compareStatement(startedAt)),
    ];
    const outcome: CheckOutcome = {
      startedAt,
      finishedAt: now(),
      fromDay: days[0] ?? dayOf(startedAt),
      toDay: days.at(-1) ?? dayOf(startedAt),
      days: compared,
      differenceCount: count + others.length,
      differences: [...others, ...differences].slice(0, MOST_REMEMBERED),
    };
    await checks.add(outcome);
    for (const each of outcome.differences) {
      logger.error(
        `The ledger does not agree: ${each.what}, ${each.when}, ${each.about}: ${each.amount} is ${each.kept}, the lines say ${each.ofLines}`,
      );
    }
    return outcome;
  }

  /** The days of the open months, and of one closed month: another one each night. */
  async #days(at: Date, kept: DayNumber): Promise<DayNumber[]> {
    const { months } = this.#options;
    const closed = await months.closedMonths();
    const first = await months.firstMonth();
    if (first === undefined) return [];
    const last = closed.at(-1)?.month;
    const days = daysBetween(
      daysOfMonth(last === undefined ? first : monthAfter(last)).first,
      dayOf(at),
    );
    const whole = closed
      .map(each => each.month)
      .filter(month => daysOfMonth(month).first >= kept);
    const inTurn = ofTonight(whole, at);
    if (inTurn !== undefined) {
      const { first: from, last: to } = daysOfMonth(inTurn);
      days.unshift(...daysBetween(from, to));
    }
    return days.filter(day => day >= kept);
  }

  async #compareBalances(
    at: Date,
    kept: DayNumber,
  ): Promise<LedgerDifference[]> {
    const { checks, departments } = this.#options;
    const calendar = new BudgetCalendar(await checks.budgetTimeZone());
    const tree = await departments.tree();
    const present = calendar.monthOf(at);
    const before = calendar.monthOf(new Date(present.startsAt.getTime() - 1));
    const differences: LedgerDifference[] = [];
    for (const { period, startsAt, endsAt } of [before, present]) {
      if (dayOf(startsAt) < kept) continue;
      const sums = await checks.settledSums({
        name: period,
        from: startsAt.getTime(),
        to: endsAt.getTime(),
      });
      differences.push(...compareBalances(sums, { tree, period }));
    }
    return differences;
  }

  /** Whether a statement is still what it was when it was signed off. */
  async #compareStatement(at: Date): Promise<LedgerDifference[]> {
    const { months } = this.#options;
    const closed = await months.closedMonths();
    const month = ofTonight(
      closed.map(each => each.month),
      at,
    );
    const statement =
      month === undefined ? undefined : await months.statement(month);
    if (month === undefined || !statement) return [];
    const digest = digestOf(statement.bytes);
    if (digest === statement.digest) return [];
    return [
      {
        what: 'statement',
        when: formatMonth(month),
        about: 'the statement of a closed month',
        amount: 'SHA-256',
        ofLines: statement.digest,
        kept: digest,
      },
    ];
  }
}

/** A month a night, in turn. */
function ofTonight(
  months: readonly MonthNumber[],
  at: Date,
): MonthNumber | undefined {
  if (months.length === 0) return undefined;
  return months[Math.floor(at.getTime() / DAY_MS) % months.length];
}

function daysBetween(first: DayNumber, last: DayNumber): DayNumber[] {
  const days: DayNumber[] = [];
  for (let day = first; day <= last; day = dayAfter(day)) days.push(day);
  return days;
}

/** What a {@link NightlyCheck} works with. */
export interface NightlyCheckOptions {
  checks: CheckStore;
  months: Pick<MonthStore, 'closedMonths' | 'firstMonth' | 'statement'>;
  departments: DepartmentService;
  /** The first day whose lines are all kept. */
  keptFrom: () => Promise<DayNumber>;
  logger: LoggerService;
  now: () => Date;
}

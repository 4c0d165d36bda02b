import { ConflictError, NotFoundError } from '@backstage/errors';
import { BookMonth } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ApplicationService } from '../../departments/ApplicationService';
import { DepartmentService } from '../../departments/DepartmentService';
import {
  formatMonth,
  monthAfter,
  MonthNumber,
  monthNumberOf,
  monthRange,
} from '../monthNumber';
import { ClosedMonth, FrozenStatement, MonthStore } from './MonthStore';
import { writeStatement } from './statement';

/** A month can be closed this long after its end: by then the last calls of it were delivered, whatever the clock. */
const CLOSABLE_AFTER_MS = 3_600_000;

/** Lists and closes the months of the ledger. */
export class MonthService {
  readonly #store: MonthStore;
  readonly #departments: DepartmentService;
  readonly #applications: Pick<ApplicationService, 'list'>;
  readonly #now: () => Date;

  constructor(options: {
    store: MonthStore;
    departments: DepartmentService;
    applications: Pick<ApplicationService, 'list'>;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#applications = options.applications;
    this.#now = options.now;
  }

  /** Every month since the first posting, the newest first. */
  async list(): Promise<BookMonth[]> {
    const [closed, first] = await Promise.all([
      this.#store.closedMonths(),
      this.#store.firstMonth(),
    ]);
    const last = closed.at(-1)?.month;
    const months = closed.map(toClosedMonth);
    const start = last === undefined ? first : monthAfter(last);
    const present = monthNumberOf(this.#now());
    if (start === undefined) return months;
    for (let month = start; month <= present; month = monthAfter(month)) {
      months.push({
        month: formatMonth(month),
        status: 'open',
        totals: await this.#store.totals(month),
        notClosable: this.#whyNotClosable(month, start),
      });
    }
    return months.reverse();
  }

  /**
   * Freezes a month: its statement is written, and nothing is posted into it any more. There is no way back.
   *
   * @throws ConflictError when it is not over, not the oldest open one, closed already, or its sums are not those of
   *   its lines
   */
  async close(month: MonthNumber, options: { by: string }): Promise<BookMonth> {
    const at = this.#now();
    this.#requireOver(month);
    const [tree, applicationTitles] = await Promise.all([
      this.#departments.tree(),
      this.#applicationTitles(),
    ]);
    const { by } = options;
    await this.#store.close({
      month,
      by,
      at,
      write: cells =>
        writeStatement(cells, { month, at, by, tree, applicationTitles }),
    });
    const closed = (await this.#store.closedMonths()).find(
      each => each.month === month,
    );
    if (!closed) throw new ConflictError('The month was not closed');
    return toClosedMonth(closed);
  }

  /** @throws NotFoundError when the month is open: only what cannot change has a statement */
  async statement(month: MonthNumber): Promise<FrozenStatement> {
    const statement = await this.#store.statement(month);
    if (!statement) {
      throw new NotFoundError(
        `${formatMonth(
          month,
        )} is not closed: only a closed month has a statement`,
      );
    }
    return statement;
  }

  #requireOver(month: MonthNumber): void {
    if (!this.#isOver(month)) {
      throw new ConflictError(
        `${formatMonth(
          month,
        )} is not over: it can be closed one hour after its end, UTC`,
      );
    }
  }

  #isOver(month: MonthNumber): boolean {
    return this.#now().getTime() >= monthRange(month).to + CLOSABLE_AFTER_MS;
  }

  #whyNotClosable(month: MonthNumber, oldest: MonthNumber): string | undefined {
    if (!this.#isOver(month)) {
      return 'Not over yet: it can be closed one hour after its end, UTC';
    }
    if (month !== oldest) return `Close ${formatMonth(oldest)} first`;
    return undefined;
  }

  async #applicationTitles(): Promise<Map<string, string>> {
    const tree = await this.#departments.tree();
    const applications = await this.#applications.list({
      departmentRefs: tree.all().map(each => each.ref),
    });
    return new Map(applications.map(each => [each.ref, each.title]));
  }
}

function toClosedMonth(closed: ClosedMonth): BookMonth {
  return {
    month: formatMonth(closed.month),
    status: 'closed',
    totals: closed.totals,
    closedAt: closed.closedAt.toISOString(),
    closedBy: closed.closedBy,
    digest: closed.digest,
  };
}

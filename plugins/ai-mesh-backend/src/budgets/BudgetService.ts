import {
  Budget,
  parseUsd,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DepartmentService } from '../departments/DepartmentService';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { BudgetStore } from './BudgetStore';
import { periodOf } from './period';

/** Fits an int64 of pico-dollars, the widest integer of SQLite. */
const LARGEST_LIMIT = parseUsd('9000000');

/** Monthly limits of departments, and how much of them is used. */
export class BudgetService {
  readonly #store: BudgetStore;
  readonly #departments: DepartmentService;
  readonly #changes: ChangeSignal;
  readonly #now: () => Date;

  constructor(options: {
    store: BudgetStore;
    departments: DepartmentService;
    changes: ChangeSignal;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#changes = options.changes;
    this.#now = options.now;
  }

  /**
   * Sets the monthly limit of a department, from now on. What was spent or is held already stays: a limit
   * below it lets no further call through.
   *
   * @param limit - pico-USD; undefined takes the limit away
   * @param options - `by`: entity reference of who sets it
   * @throws NotFoundError when there is no such department
   * @throws InvalidFieldsError when the limit is below zero or above nine million dollars
   */
  async setLimit(
    departmentRef: string,
    limit: PicoUsd | undefined,
    options: { by: string },
  ): Promise<void> {
    (await this.#departments.tree()).get(departmentRef);
    if (limit !== undefined && limit < 0n) {
      throw new InvalidFieldsError({ limitUsd: 'a budget is zero or more' });
    }
    if (limit !== undefined && limit > LARGEST_LIMIT) {
      throw new InvalidFieldsError({
        limitUsd: 'a budget is at most 9,000,000 USD',
      });
    }
    await this.#store.setLimit(departmentRef, limit, {
      by: options.by,
      at: this.#now(),
    });
    this.#changes.changed();
  }

  /**
   * The budgets of departments for this month, in the order of the tree; unknown departments are missing.
   *
   * @param options - `updatable`: the departments whose budget the caller may set
   */
  async list(
    refs: readonly string[],
    options: { updatable: readonly string[] },
  ): Promise<Budget[]> {
    const wanted = new Set(refs);
    const updatable = new Set(options.updatable);
    const tree = await this.#departments.tree();
    const departments = tree.all().filter(each => wanted.has(each.ref));
    const period = periodOf(this.#now());
    const levels = await this.#store.read(
      departments.map(each => each.ref),
      period,
    );
    return departments.map(({ ref, ...department }, index) => {
      const { limit, settled, leased } = levels[index];
      return {
        ...department,
        departmentRef: ref,
        period,
        spentPicoUsd: settled,
        leasedPicoUsd: leased,
        ...(limit !== undefined && {
          limitPicoUsd: limit,
          leftPicoUsd: picoUsd(limit - settled),
        }),
        canUpdate: updatable.has(ref),
      };
    });
  }
}

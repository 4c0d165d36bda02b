import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { BudgetService } from './BudgetService';
import { NodeView } from './BudgetDirectory';

/** Answers who may do what with which budgets, by the departments that they belong to. */
export class BudgetAccess {
  readonly #access: DepartmentAccess;
  readonly #budgets: BudgetService;

  constructor(options: { access: DepartmentAccess; budgets: BudgetService }) {
    this.#access = options.access;
    this.#budgets = options.budgets;
  }

  /**
   * The node of a budget, for somebody with the permission in all departments that it belongs to: a cost centre
   * belongs to every department that books on it.
   *
   * @throws NotAllowedError when the caller lacks it in one of them, or there is no such node (the same answer, so
   *   that nobody can probe for names)
   */
  async require(
    permission: ResourcePermission,
    budgetId: string,
    options: { credentials: BackstageCredentials },
  ): Promise<NodeView> {
    const allowed = new Set(
      await this.#access.allowedRefs(permission, options),
    );
    try {
      const view = await this.#budgets.find(budgetId);
      if (view.departmentRefs.every(ref => allowed.has(ref))) return view;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NotFoundError') {
        throw error;
      }
    }
    throw new NotAllowedError(
      `You lack the permission ${permission.name} for the budget "${budgetId}", or there is no such budget`,
    );
  }

  /** The departments in which the caller has the permission. */
  async allowedRefs(
    permission: ResourcePermission,
    options: { credentials: BackstageCredentials },
  ): Promise<string[]> {
    return this.#access.allowedRefs(permission, options);
  }
}

import { z } from 'zod';
import {
  Budget,
  BudgetAlert,
  budgetAlertPageSchema,
  BudgetChange,
  budgetPageSchema,
  budgetSchema,
  pageQuerySchema,
  TopUp,
  TopUpDecision,
  topUpPageSchema,
  topUpQuerySchema,
  TopUpRequest,
  topUpSchema,
} from '../schemas';
import type { Page } from './MeshClient';
import { MeshRequester, RequestOptions, toQuery } from './MeshRequester';

/** Budgets, their top-ups and their alerts, as far as the caller may see them. Every method throws `ResponseError`. @public */
export interface BudgetsApi {
  /** Every department, in the order of the tree, then everything else that has a limit. */
  list(options?: RequestOptions): Promise<Page<Budget>>;
  /** @param id - see `budgetNodeId` */
  change(
    id: string,
    change: BudgetChange,
    options?: RequestOptions,
  ): Promise<Budget>;
  /** The latest first. */
  listTopUps(
    query?: z.input<typeof topUpQuerySchema>,
    options?: RequestOptions,
  ): Promise<Page<TopUp>>;
  requestTopUp(
    budgetId: string,
    request: TopUpRequest,
    options?: RequestOptions,
  ): Promise<TopUp>;
  decideTopUp(
    id: string,
    decision: TopUpDecision,
    options?: RequestOptions,
  ): Promise<TopUp>;
  /** The latest first. */
  listAlerts(
    query?: z.input<typeof pageQuerySchema>,
    options?: RequestOptions,
  ): Promise<Page<BudgetAlert>>;
}

/** {@link BudgetsApi} over HTTP. */
export class BudgetsClient implements BudgetsApi {
  readonly #requester: MeshRequester;

  constructor(requester: MeshRequester) {
    this.#requester = requester;
  }

  list(options?: RequestOptions) {
    return this.#requester.request('/v1/budgets', budgetPageSchema, options);
  }

  change(id: string, change: BudgetChange, options?: RequestOptions) {
    return this.#requester.request(
      `/v1/budgets/${encodeURIComponent(id)}`,
      budgetSchema,
      { ...options, method: 'PATCH', body: change },
    );
  }

  listTopUps(
    query: z.input<typeof topUpQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/budget-top-ups${toQuery(query)}`,
      topUpPageSchema,
      options,
    );
  }

  requestTopUp(
    budgetId: string,
    request: TopUpRequest,
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/budgets/${encodeURIComponent(budgetId)}/top-ups`,
      topUpSchema,
      { ...options, method: 'POST', body: request },
    );
  }

  decideTopUp(id: string, decision: TopUpDecision, options?: RequestOptions) {
    return this.#requester.request(
      `/v1/budget-top-ups/${encodeURIComponent(id)}/decision`,
      topUpSchema,
      { ...options, method: 'POST', body: decision },
    );
  }

  listAlerts(
    query: z.input<typeof pageQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/budget-alerts${toQuery(query)}`,
      budgetAlertPageSchema,
      options,
    );
  }
}

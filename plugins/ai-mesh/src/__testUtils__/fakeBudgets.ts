import { NotFoundError } from '@backstage/errors';
import {
  Budget,
  BudgetAlert,
  BudgetsApi,
  DEFAULT_BUDGET_RULES,
  Page,
  parseBudgetNodeId,
  parseUsd,
  PicoUsd,
  picoUsd,
  TopUp,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { APPLICATIONS, DEPARTMENTS } from './demoCompany';

const PERIOD = '2026-11';
const NOTHING = picoUsd(0n);

/** Budgets in memory: four departments, and one of each other kind. */
export class FakeBudgetsApi implements BudgetsApi {
  readonly #now: () => Date;
  #budgets: Budget[] = [...departments(), ...others()];
  #topUps: TopUp[];

  constructor(options: { now: () => Date }) {
    this.#now = options.now;
    this.#topUps = [
      {
        id: 'top-up-1',
        budgetId: 'group:default/customer-care',
        title: 'Customer Care',
        amountPicoUsd: parseUsd('150'),
        reason: 'The Christmas rush',
        startsAt: '2026-11-22T00:00:00.000Z',
        endsAt: '2026-12-01T00:00:00.000Z',
        state: 'requested',
        requestedBy: 'user:default/dana',
        requestedAt: '2026-11-22T09:00:00.000Z',
        isActive: false,
        canDecide: true,
      },
    ];
  }

  async list() {
    return page(this.#budgets);
  }

  async change(id: string, change: Parameters<BudgetsApi['change']>[1]) {
    const budget = this.#budgets.find(each => each.id === id) ?? newBudget(id);
    const { limitUsd, ...rest } = change;
    const changed = withLimit(
      { ...budget, ...rest },
      limitOf(limitUsd, budget.limitPicoUsd),
    );
    this.#budgets = [
      ...this.#budgets.map(each => (each.id === id ? changed : each)),
      ...(this.#budgets.includes(budget) ? [] : [changed]),
    ];
    return changed;
  }

  async listTopUps(query: Parameters<BudgetsApi['listTopUps']>[0] = {}) {
    return page(
      this.#topUps.filter(
        each => query.state === undefined || each.state === query.state,
      ),
    );
  }

  async requestTopUp(
    budgetId: string,
    request: Parameters<BudgetsApi['requestTopUp']>[1],
  ) {
    const budget = this.#budgets.find(each => each.id === budgetId);
    if (!budget) throw new NotFoundError('No such budget');
    const topUp: TopUp = {
      ...this.#topUps[0],
      id: `top-up-${this.#topUps.length + 1}`,
      budgetId,
      title: budget.title,
      amountPicoUsd: parseUsd(request.amountUsd),
      reason: request.reason,
      startsAt: request.startsAt ?? this.#now().toISOString(),
      endsAt: request.endsAt ?? '2026-12-01T00:00:00.000Z',
      state: 'requested',
      canDecide: false,
    };
    this.#topUps = [topUp, ...this.#topUps];
    return topUp;
  }

  async decideTopUp(
    id: string,
    decision: Parameters<BudgetsApi['decideTopUp']>[1],
  ) {
    const topUp = this.#topUps.find(each => each.id === id);
    if (!topUp) throw new NotFoundError('No such top-up');
    const decided: TopUp = {
      ...topUp,
      ...decision,
      decidedBy: 'user:default/priya',
      decidedAt: this.#now().toISOString(),
      isActive: decision.state === 'approved',
      canDecide: false,
    };
    this.#topUps = this.#topUps.map(each => (each === topUp ? decided : each));
    return decided;
  }

  async listAlerts(): Promise<Page<BudgetAlert>> {
    return page([
      {
        budgetId: 'group:default/customer-care',
        title: 'Customer Care',
        period: PERIOD,
        rule: { at: 80, then: { action: 'notify' } },
        at: '2026-11-20T09:00:00.000Z',
        spentPicoUsd: parseUsd('481.50'),
        limitPicoUsd: parseUsd('600'),
        toldRefs: ['group:default/customer-care'],
      },
    ]);
  }
}

function page<T>(items: readonly T[]): Page<T> {
  return { items: [...items], total: items.length };
}

function departments(): Budget[] {
  const amounts = [
    { limit: '2500', spent: '1234.56', leased: '40' },
    { limit: '600', spent: '511.20', leased: '25' },
    { limit: '450', spent: '585', leased: '0' },
    { limit: undefined, spent: '138.36', leased: '15' },
  ];
  return DEPARTMENTS.map((department, index) => {
    const { limit, spent, leased } = amounts[index];
    const budget = withLimit(
      {
        ...newBudget(department.ref),
        title: department.title,
        type: department.type,
        parentRef: department.parentRef,
        costCentre: department.costCentre,
        depth: department.depth,
        departmentRef: department.ref,
        spentPicoUsd: parseUsd(spent),
        leasedPicoUsd: parseUsd(leased),
      },
      limit === undefined ? undefined : parseUsd(limit),
    );
    return index === 1
      ? {
          ...budget,
          projectedPicoUsd: parseUsd('694.13'),
          exhaustedAt: '2026-11-25T14:00:00.000Z',
        }
      : budget;
  });
}

function others(): Budget[] {
  const things: [string, string, string, string][] = [
    ['cost-centre:CC-2100', 'CC-2100', '700', '511.20'],
    [APPLICATIONS[0].ref, APPLICATIONS[0].title, '200', '90'],
    [`${APPLICATIONS[0].ref}#gpt-4o`, APPLICATIONS[0].title, '50', '49'],
    ['group:default/commerce#gpt-4o', 'Commerce', '900', '300'],
  ];
  return things.map(([id, title, limit, spent]) =>
    withLimit(
      { ...newBudget(id), title, spentPicoUsd: parseUsd(spent) },
      parseUsd(limit),
    ),
  );
}

function newBudget(id: string): Budget {
  const node = parseBudgetNodeId(id);
  if (!node) throw new NotFoundError('No such budget');
  return {
    id,
    ...node,
    title: node.ref,
    type: node.level.replace('-', ' '),
    depth: 0,
    period: PERIOD,
    timeZone: 'UTC',
    carriedPicoUsd: NOTHING,
    topUpPicoUsd: NOTHING,
    kind: 'hard',
    carryOver: 'none',
    rules: [...DEFAULT_BUDGET_RULES],
    spentPicoUsd: NOTHING,
    leasedPicoUsd: NOTHING,
    isEndGame: false,
    canUpdate: true,
  };
}

function limitOf(
  limitUsd: string | null | undefined,
  before: PicoUsd | undefined,
): PicoUsd | undefined {
  if (limitUsd === undefined) return before;
  return limitUsd === null ? undefined : parseUsd(limitUsd);
}

function withLimit(budget: Budget, limit: PicoUsd | undefined): Budget {
  return {
    ...budget,
    limitPicoUsd: limit,
    effectiveLimitPicoUsd: limit,
    leftPicoUsd:
      limit === undefined ? undefined : picoUsd(limit - budget.spentPicoUsd),
  };
}

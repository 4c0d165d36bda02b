import { InputError, NotFoundError } from '@backstage/errors';
import {
  Budget,
  BudgetChange,
  BudgetNode,
  parseBudgetNodeId,
  parseUsd,
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DepartmentService } from '../departments/DepartmentService';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { BudgetCalendar, UTC_CALENDAR } from './BudgetCalendar';
import { BudgetDirectory, NodeView } from './BudgetDirectory';
import { effectiveLimit, isInEndGame } from './BudgetLevel';
import { BudgetRecord } from './budgetLevels';
import { BudgetChanges, BudgetStore } from './BudgetStore';

/** Fits an int64 of pico-dollars, the widest integer of SQLite. */
const LARGEST_LIMIT = parseUsd('9000000');

/** What a budget service works with. */
export interface BudgetServiceOptions {
  store: BudgetStore;
  departments: DepartmentService;
  directory: BudgetDirectory;
  /** The names of the models that there are. */
  modelNames?: () => Promise<readonly string[]>;
  changes: ChangeSignal;
  calendar?: BudgetCalendar;
  now: () => Date;
}

/** Monthly limits of departments, cost centres, applications and keys, and how much of them is used. */
export class BudgetService {
  readonly #options: BudgetServiceOptions;
  readonly #calendar: BudgetCalendar;

  constructor(options: BudgetServiceOptions) {
    this.#options = options;
    this.#calendar = options.calendar ?? UTC_CALENDAR;
  }

  /**
   * What an id of a budget stands for.
   *
   * @throws NotFoundError when it is no id, or nobody knows the department, cost centre, application or key
   */
  async find(id: string): Promise<NodeView> {
    const node = parseBudgetNodeId(id);
    if (!node) throw new NotFoundError(`There is no budget "${id}"`);
    return this.#options.directory.get(node);
  }

  /**
   * Sets the monthly limit of a node, from now on. What was spent or is held already stays: a limit below it lets no
   * further call through.
   *
   * @param id - of a department: its entity reference
   * @param limit - pico-USD; undefined takes the limit away
   * @param options - `by`: entity reference of who sets it
   * @throws NotFoundError when there is no such node
   * @throws InvalidFieldsError when the limit is below zero or above nine million dollars
   */
  async setLimit(
    id: string,
    limit: PicoUsd | undefined,
    options: { by: string },
  ): Promise<void> {
    await this.#save(id, { limit: limit ?? null }, options);
  }

  /**
   * Changes a budget; what the change does not name stays.
   *
   * @throws NotFoundError when there is no such node
   * @throws InvalidFieldsError that names the field
   */
  async change(
    id: string,
    change: BudgetChange,
    options: { by: string },
  ): Promise<void> {
    const { limitUsd, ...rest } = change;
    await this.#save(
      id,
      {
        ...rest,
        ...(limitUsd !== undefined && { limit: readLimit(limitUsd) }),
      },
      options,
    );
  }

  async #save(
    id: string,
    changes: BudgetChanges,
    options: { by: string },
  ): Promise<void> {
    checkLimit(changes.limit);
    checkRules(changes);
    const { node } = await this.find(id);
    await this.#checkModel(node);
    const { store, directory, now, changes: signal } = this.#options;
    const at = now();
    await store.change(node, changes, {
      by: options.by,
      at,
      month: this.#calendar.monthOf(at),
      departmentRefs: await directory.subtreeOf(node),
    });
    signal.changed();
  }

  /** A name that is misspelt would be a budget that never holds. */
  async #checkModel({ model }: BudgetNode): Promise<void> {
    if (model === undefined || !this.#options.modelNames) return;
    const names = await this.#options.modelNames();
    if (names.includes(model)) return;
    throw new InvalidFieldsError({ model: `there is no model "${model}"` });
  }

  /**
   * The budgets of this month: every department, in the order of the tree, then everything else that has a limit.
   *
   * @param refs - the departments that the caller may see; what belongs to others is missing
   * @param options - `updatable`: the departments whose budget the caller may set
   */
  async list(
    refs: readonly string[],
    options: { updatable: readonly string[] },
  ): Promise<Budget[]> {
    const { store, directory, departments, now } = this.#options;
    const at = now();
    const wanted = new Set(refs);
    const period = this.#calendar.periodOf(at);
    const tree = await departments.tree();
    const recorded = await store.read({ period, now: at });
    const others = recorded.filter(({ node, budget }) =>
      node.level === 'department' && node.model === undefined ? false : budget,
    );
    const ofDepartments = tree
      .all()
      .filter(each => wanted.has(each.ref))
      .map(({ ref }): BudgetNode => ({ level: 'department', ref }));
    const views = await directory.describe([
      ...ofDepartments,
      ...others.map(each => each.node),
    ]);
    const visible = views.filter(view =>
      view.departmentRefs.every(ref => wanted.has(ref)),
    );
    const records = await store.read({
      nodeIds: visible.map(view => view.id),
      period,
      now: at,
    });
    const updatable = new Set(options.updatable);
    return visible.map((view, index) =>
      toBudget(view, records[index], {
        period,
        timeZone: this.#calendar.timeZone,
        canUpdate: view.departmentRefs.every(ref => updatable.has(ref)),
      }),
    );
  }

  /** @throws NotFoundError when there is no such node */
  async get(id: string, options: { canUpdate: boolean }): Promise<Budget> {
    const view = await this.find(id);
    const at = this.#options.now();
    const period = this.#calendar.periodOf(at);
    const [record] = await this.#options.store.read({
      nodeIds: [view.id],
      period,
      now: at,
    });
    const { timeZone } = this.#calendar;
    return toBudget(view, record, { period, timeZone, ...options });
  }
}

function toBudget(
  view: NodeView,
  record: BudgetRecord,
  options: { period: string; timeZone: string; canUpdate: boolean },
): Budget {
  const { budget, settled, projection } = record;
  const limit = effectiveLimit(record);
  const { level } = view.node;
  return {
    id: view.id,
    ...view.node,
    title: view.title,
    type: view.type,
    departmentRef: level === 'cost-centre' ? undefined : view.departmentRefs[0],
    parentRef: view.parentRef,
    costCentre: view.costCentre,
    depth: view.depth,
    ...options,
    limitPicoUsd: budget?.limit,
    effectiveLimitPicoUsd: limit,
    carriedPicoUsd: (budget && record.carried) ?? ZERO_PICO_USD,
    topUpPicoUsd: budget?.topUp ?? ZERO_PICO_USD,
    kind: budget?.kind ?? 'hard',
    carryOver: budget?.carryOver ?? 'none',
    rules: [...record.rules],
    spentPicoUsd: settled,
    leasedPicoUsd: record.leased,
    leftPicoUsd: limit === undefined ? undefined : picoUsd(limit - settled),
    projectedPicoUsd: projection?.total,
    exhaustedAt: projection?.exhaustedAt?.toISOString(),
    isEndGame: isInEndGame(record),
  };
}

function readLimit(limitUsd: string | null): PicoUsd | null {
  return limitUsd === null ? null : readUsd(limitUsd, 'limitUsd');
}

/** @throws InvalidFieldsError that names the field */
export function readUsd(text: string, field: string): PicoUsd {
  try {
    return parseUsd(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InvalidFieldsError({ [field]: error.message });
  }
}

function checkLimit(limit: PicoUsd | null | undefined): void {
  if (limit === null || limit === undefined) return;
  if (limit < 0n) {
    throw new InvalidFieldsError({ limitUsd: 'a budget is zero or more' });
  }
  if (limit > LARGEST_LIMIT) {
    throw new InvalidFieldsError({
      limitUsd: 'a budget is at most 9,000,000 USD',
    });
  }
}

/** Each crossing is told once by threshold and action: two that agree in both would be one. */
function checkRules({ rules = [] }: BudgetChanges): void {
  const seen = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const id = `${rule.at} ${rule.then.action}`;
    if (seen.has(id)) {
      throw new InvalidFieldsError({
        [`rules.${index}`]: 'there is this action at this threshold already',
      });
    }
    seen.add(id);
  }
}

import { randomUUID } from 'node:crypto';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  parseUsd,
  TopUp,
  TopUpDecision,
  TopUpRequest,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { BudgetCalendar, UTC_CALENDAR } from './BudgetCalendar';
import { BudgetService, readUsd } from './BudgetService';
import { StoredTopUp, TopUpStore } from './TopUpStore';

const LARGEST_TOP_UP = parseUsd('1000000');

/** Amounts that are added to budgets for a time: asked for by one person, decided on by another. */
export class TopUpService {
  readonly #store: TopUpStore;
  readonly #budgets: Pick<BudgetService, 'get'>;
  readonly #changes: ChangeSignal;
  readonly #calendar: BudgetCalendar;
  readonly #now: () => Date;

  constructor(options: {
    store: TopUpStore;
    budgets: Pick<BudgetService, 'get'>;
    changes: ChangeSignal;
    calendar?: BudgetCalendar;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#budgets = options.budgets;
    this.#changes = options.changes;
    this.#calendar = options.calendar ?? UTC_CALENDAR;
    this.#now = options.now;
  }

  /**
   * Asks for a top-up. It counts once somebody else has approved it, and ends with the month at the latest: a limit of
   * the next month would be raised by it once more.
   *
   * @throws NotFoundError when there is no such node
   * @throws InvalidFieldsError that names the field
   */
  async request(
    budgetId: string,
    request: TopUpRequest,
    options: { by: string },
  ): Promise<StoredTopUp> {
    const budget = await this.#budgets.get(budgetId, { canUpdate: false });
    if (budget.limitPicoUsd === undefined) {
      throw new InvalidFieldsError({
        amountUsd: 'there is no limit that could be topped up',
      });
    }
    const now = this.#now();
    const topUp: StoredTopUp = {
      id: randomUUID(),
      nodeId: budget.id,
      amount: readUsd(request.amountUsd, 'amountUsd'),
      reason: request.reason,
      ...this.#timeOf(request, now),
      state: 'requested',
      requestedBy: options.by,
      requestedAt: now,
    };
    if (topUp.amount <= 0n || topUp.amount > LARGEST_TOP_UP) {
      throw new InvalidFieldsError({
        amountUsd: 'a top-up is more than zero and at most 1,000,000 USD',
      });
    }
    await this.#store.add(topUp);
    return topUp;
  }

  /** @throws NotFoundError when there is no such top-up */
  async find(id: string): Promise<StoredTopUp> {
    const topUp = await this.#store.find(id);
    if (!topUp) throw new NotFoundError(`There is no top-up "${id}"`);
    return topUp;
  }

  /**
   * Approves or rejects a top-up, for good.
   *
   * @throws NotAllowedError when it is one's own
   * @throws ConflictError when it is decided already, or its time is over
   */
  async decide(
    id: string,
    decision: TopUpDecision,
    options: { by: string },
  ): Promise<StoredTopUp> {
    const topUp = await this.find(id);
    const at = this.#now();
    if (topUp.requestedBy === options.by) {
      throw new NotAllowedError(
        'A top-up is decided on by somebody else than who asked for it',
      );
    }
    if (decision.state === 'approved' && topUp.endsAt <= at) {
      throw new ConflictError('The time of this top-up is over');
    }
    const startsAt = topUp.startsAt < at ? at : topUp.startsAt;
    const isDecided = await this.#store.decide(id, {
      ...decision,
      ...options,
      at,
      startsAt,
    });
    if (!isDecided) {
      throw new ConflictError('Somebody has decided on this top-up already');
    }
    this.#changes.changed();
    return this.find(id);
  }

  /** Top-ups of these budgets, the latest first. */
  async list(query: {
    nodeIds: readonly string[];
    state?: TopUp['state'];
    offset: number;
    limit: number;
  }): Promise<{ topUps: StoredTopUp[]; total: number }> {
    return this.#store.list(query);
  }

  /** Whether it counts at present. */
  isActive({ state, startsAt, endsAt }: StoredTopUp): boolean {
    const now = this.#now();
    return state === 'approved' && startsAt <= now && now < endsAt;
  }

  #timeOf(request: TopUpRequest, now: Date): { startsAt: Date; endsAt: Date } {
    const startsAt = request.startsAt ? new Date(request.startsAt) : now;
    const monthEndsAt = this.#calendar.endOf(startsAt);
    const endsAt = request.endsAt ? new Date(request.endsAt) : monthEndsAt;
    if (endsAt <= startsAt || endsAt <= now) {
      throw new InvalidFieldsError({
        endsAt: 'a top-up ends after it begins, and in the future',
      });
    }
    if (endsAt > monthEndsAt) {
      throw new InvalidFieldsError({
        endsAt: `a top-up ends with its month at the latest, at ${monthEndsAt.toISOString()}`,
      });
    }
    return { startsAt, endsAt };
  }
}

import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  BudgetScope,
  invariant,
  LeaseResult,
  parseUsd,
  PicoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DepartmentService } from '../departments/DepartmentService';
import { BudgetCalendar, UTC_CALENDAR } from './BudgetCalendar';
import { nodesOfScope } from './callNodes';
import { decideGrant } from './decideGrant';
import { GrantOutcome, LeaseStore, LeaseWish } from './LeaseStore';

const LEASE_LIFETIME_MS = 5 * 60_000;

/** A replica that is back within this time after its lease ran out still finds it open. */
const SWEEP_GRACE_MS = 15 * 60_000;

/** How long the journal of a replica that was away may name a lease and still find it. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const DEFAULT_MAXIMUM_GRANT = parseUsd('50');

/** What a gateway asks a lease for. */
export type LeaseNeed = BudgetScope & {
  /** The least that helps, pico-USD. */
  needed: PicoUsd;
};

/** Grants gateways money to hold calls against, and takes back what they did not need. */
export class LeaseService {
  readonly #store: LeaseStore;
  readonly #departments: DepartmentService;
  readonly #changes: ChangeSignal | undefined;
  readonly #logger: LoggerService;
  readonly #calendar: BudgetCalendar;
  readonly #now: () => Date;
  readonly #maximumGrant: PicoUsd;

  constructor(options: {
    store: LeaseStore;
    departments: DepartmentService;
    changes?: ChangeSignal;
    logger: LoggerService;
    calendar?: BudgetCalendar;
    now: () => Date;
    maximumGrant?: PicoUsd;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#changes = options.changes;
    this.#logger = options.logger;
    this.#calendar = options.calendar ?? UTC_CALENDAR;
    this.#now = options.now;
    this.#maximumGrant = options.maximumGrant ?? DEFAULT_MAXIMUM_GRANT;
  }

  /** {@link LeaseService.grantAll} of one. */
  async grant(
    request: { replicaId: string } & LeaseNeed,
  ): Promise<LeaseResult> {
    const { replicaId, ...need } = request;
    const [result] = await this.grantAll({ replicaId, needs: [need] });
    return result;
  }

  /**
   * Takes money from every budget of each scope: from every level, or from none.
   *
   * @returns what came of each need, in their order
   * @throws InputError when less than nothing is needed
   */
  async grantAll(request: {
    replicaId: string;
    needs: readonly LeaseNeed[];
  }): Promise<LeaseResult[]> {
    const { replicaId, needs } = request;
    if (needs.some(each => each.needed < 0n)) {
      throw new InputError('A lease needs zero or more');
    }
    const tree = await this.#departments.tree();
    const wishes = needs.map(({ needed, ...scope }) => ({
      scope,
      needed,
      nodeIds: nodesOfScope(scope, tree),
    }));
    const payable = wishes.filter(wish => wish.nodeIds.length > 0);
    const outcomes = await this.#grant(replicaId, payable);
    let next = 0;
    return wishes.map(wish =>
      wish.nodeIds.length === 0
        ? refusalOf(wish.scope)
        : toResult(wish.scope, outcomes[next++]),
    );
  }

  async #grant(
    replicaId: string,
    wishes: readonly LeaseWish[],
  ): Promise<GrantOutcome[]> {
    if (wishes.length === 0) return [];
    const now = this.#now();
    const { period, periodBefore, endsAt } = this.#calendar.monthOf(now);
    const expiresAt = new Date(
      Math.min(now.getTime() + LEASE_LIFETIME_MS, endsAt.getTime()),
    );
    const { outcomes, hasRecalled } = await this.#store.grant(
      { replicaId, wishes, period, periodBefore, now, expiresAt },
      (situation, { needed }) =>
        decideGrant(situation, { needed, maximum: this.#maximumGrant }),
    );
    invariant(outcomes.length === wishes.length, 'a wish without an answer');
    if (hasRecalled) this.#changes?.changed();
    return outcomes;
  }

  /**
   * Ends leases of a replica; may be called again at will.
   *
   * @throws InputError when less than nothing is to be kept
   */
  async release(request: {
    replicaId: string;
    releases: readonly { leaseId: string; keep: PicoUsd }[];
  }): Promise<void> {
    if (request.releases.some(each => each.keep < 0n)) {
      throw new InputError('A released lease keeps zero or more');
    }
    const { replicaId, releases } = request;
    const { limited } = await this.#store.release(releases, {
      replicaId,
      now: this.#now(),
    });
    if (limited.length > 0) {
      this.#logger.warn(
        'A gateway wanted to keep more of a lease than it held; what it held is kept',
        { replicaId, leases: limited.length, leaseId: limited[0] },
      );
    }
  }

  /**
   * Ends the leases of replicas that did not come back in time. Usage that such a replica still has in its
   * journal is booked when it arrives; only nothing is held for it any more. Leases that ended a week ago
   * and hold nothing are forgotten, so that the table does not grow for ever.
   *
   * @returns how many were ended
   */
  async sweep(): Promise<number> {
    const now = this.#now();
    await this.#store.forgetReleasedBefore(
      new Date(now.getTime() - REMEMBERED_MS),
    );
    const expired = await this.#store.listExpiredBefore(
      new Date(now.getTime() - SWEEP_GRACE_MS),
    );
    if (expired.length === 0) return 0;
    const result = await this.#store.release(
      expired.map(each => ({ leaseId: each.id, keep: ZERO_PICO_USD })),
      { now },
    );
    const ended = new Set(result.ended);
    for (const { id, replicaId, departmentRef } of expired) {
      if (!ended.has(id)) continue;
      this.#logger.warn(
        'Ended a lease that its gateway never handed back: its calls of the last minutes may be unbooked',
        { leaseId: id, replicaId, departmentRef },
      );
    }
    return ended.size;
  }
}

/** For a department that is not in the tree: it has no budget. */
function refusalOf({ departmentRef }: BudgetScope): LeaseResult {
  return {
    outcome: 'refused',
    departmentRef,
    refusedByRef: departmentRef,
    budgetEpoch: 0,
  };
}

function toResult(
  { departmentRef }: BudgetScope,
  result: GrantOutcome,
): LeaseResult {
  if (result.outcome === 'refused') {
    const { outcome, refusedByRef, epoch } = result;
    return { outcome, departmentRef, refusedByRef, budgetEpoch: epoch };
  }
  const { outcome, lease, epoch, isEndGame } = result;
  return {
    outcome,
    departmentRef,
    leaseId: lease.id,
    grantedPicoUsd: lease.granted,
    budgetEpoch: epoch,
    expiresAt: lease.expiresAt.toISOString(),
    isEndGame,
  };
}

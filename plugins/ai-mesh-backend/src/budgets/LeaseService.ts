import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  LeaseResult,
  parseUsd,
  PicoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { decideGrant } from './decideGrant';
import { LeaseStore } from './LeaseStore';
import { endOfPeriod, periodOf } from './period';

const LEASE_LIFETIME_MS = 5 * 60_000;

/** A replica that is back within this time after its lease ran out still finds it open. */
const SWEEP_GRACE_MS = 15 * 60_000;

/** How long the journal of a replica that was away may name a lease and still find it. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const DEFAULT_MAXIMUM_GRANT = parseUsd('50');

/** Grants gateways money to hold calls against, and takes back what they did not need. */
export class LeaseService {
  readonly #store: LeaseStore;
  readonly #departments: DepartmentService;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  readonly #maximumGrant: PicoUsd;

  constructor(options: {
    store: LeaseStore;
    departments: DepartmentService;
    logger: LoggerService;
    now: () => Date;
    maximumGrant?: PicoUsd;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#logger = options.logger;
    this.#now = options.now;
    this.#maximumGrant = options.maximumGrant ?? DEFAULT_MAXIMUM_GRANT;
  }

  /**
   * Takes money from the budgets of a department and all above it: from every level, or from none.
   *
   * @param request.needed - the least that helps, pico-USD
   * @throws InputError when less than nothing is needed
   */
  async grant(request: {
    replicaId: string;
    departmentRef: string;
    needed: PicoUsd;
  }): Promise<LeaseResult> {
    const { replicaId, departmentRef, needed } = request;
    if (needed < 0n) throw new InputError('A lease needs zero or more');
    const path = (await this.#departments.tree()).pathOf(departmentRef);
    if (path.length === 0) {
      return {
        outcome: 'refused',
        departmentRef,
        refusedByRef: departmentRef,
        budgetEpoch: 0,
      };
    }
    const now = this.#now();
    const expiresAt = new Date(
      Math.min(now.getTime() + LEASE_LIFETIME_MS, endOfPeriod(now).getTime()),
    );
    const result = await this.#store.grant(
      { replicaId, path, period: periodOf(now), now, expiresAt },
      situation =>
        decideGrant(situation, { needed, maximum: this.#maximumGrant }),
    );
    if (result.outcome === 'refused') {
      const { outcome, refusedByRef, epoch } = result;
      return { outcome, departmentRef, refusedByRef, budgetEpoch: epoch };
    }
    const { outcome, lease, epoch } = result;
    return {
      outcome,
      departmentRef,
      leaseId: lease.id,
      grantedPicoUsd: lease.granted,
      budgetEpoch: epoch,
      expiresAt: lease.expiresAt.toISOString(),
      isEndGame: false,
    };
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
    await this.#store.release(request.releases, {
      replicaId: request.replicaId,
      now: this.#now(),
    });
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
    const ended = new Set(
      await this.#store.release(
        expired.map(each => ({ leaseId: each.id, keep: ZERO_PICO_USD })),
        { now },
      ),
    );
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

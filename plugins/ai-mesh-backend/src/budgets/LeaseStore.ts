import { BudgetScope, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Period } from './BudgetCalendar';
import { BudgetLevel } from './BudgetLevel';
import { Lease } from './Lease';

/** What a grant is decided on: every budget that the call counts against, and how many gateways share them. */
export interface GrantSituation {
  /** In the order of the path. */
  levels: readonly BudgetLevel[];
  /** Gateways that hold leases, the asking one among them; at least 1. */
  replicas: number;
}

/** How much to grant in a situation, or which level is in the way. */
export type GrantDecision = {
  /** Levels whose end-game begins with this request. */
  entering: readonly BudgetLevel[];
} & ({ granted: PicoUsd; isEndGame: boolean } | { refusedBy: BudgetLevel });

/** What a gateway asks for. */
export interface LeaseWish {
  scope: BudgetScope;
  /** Ids of all nodes that the scope counts against, whether they have budgets or not. */
  nodeIds: readonly string[];
  /** The least that helps, pico-USD. */
  needed: PicoUsd;
}

/** What came of a wish. */
export type GrantOutcome = {
  /** Sum of the epochs on the path. */
  epoch: number;
} & (
  | { outcome: 'granted'; lease: Lease; isEndGame: boolean }
  | { outcome: 'refused'; refusedByRef: string }
);

/** Keeps leases, and the part of each budget that they hold. */
export interface LeaseStore {
  /**
   * Decides and grants in one transaction, under a lock on every level, so that no two grants count the same money.
   *
   * @param request.period - and the one before it, from which budgets may carry over
   * @param request.expiresAt - at the latest; a lease also ends when a top-up on its way does
   * @returns what came of each wish, in their order, and whether any end-game began
   */
  grant(
    request: {
      replicaId: string;
      wishes: readonly LeaseWish[];
      period: Period;
      periodBefore: Period;
      now: Date;
      expiresAt: Date;
    },
    decide: (situation: GrantSituation, wish: LeaseWish) => GrantDecision,
  ): Promise<{ outcomes: GrantOutcome[]; hasRecalled: boolean }>;

  /**
   * Ends leases and gives back what they hold, less what is to be kept. Leases that are unknown, ended
   * already or another replica's are passed over.
   *
   * @returns the ids of those that were ended by this call, and of these the ones of which more was to be kept than
   *   they held
   */
  release(
    releases: readonly { leaseId: string; keep: PicoUsd }[],
    options: { replicaId?: string; now: Date },
  ): Promise<{ ended: string[]; limited: string[] }>;

  /** Open leases that ran out before a moment, the oldest first, at most a thousand. */
  listExpiredBefore(
    moment: Date,
  ): Promise<{ id: string; replicaId: string; departmentRef: string }[]>;

  /** Forgets leases that ended before a moment and hold nothing. Usage that still names one is booked all the same. */
  forgetReleasedBefore(moment: Date): Promise<void>;
}

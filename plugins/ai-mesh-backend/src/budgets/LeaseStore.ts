import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Lease } from './Lease';
import { Period } from './period';

/** One level of the tree as a grant sees it, under lock. */
export interface BudgetLevel {
  departmentRef: string;
  /** Absent: no limit of its own. */
  limit?: PicoUsd;
  settled: PicoUsd;
  leased: PicoUsd;
}

/** What a grant is decided on: every level from the department to the root, and how many gateways share. */
export interface GrantSituation {
  /** In the order of the path. */
  levels: readonly BudgetLevel[];
  /** Gateways that hold leases, the asking one among them; at least 1. */
  replicas: number;
  /** Sum of the epochs on the path. */
  epoch: number;
}

/** What came of a request for a lease. */
export type GrantOutcome =
  | { outcome: 'granted'; lease: Lease; epoch: number }
  | { outcome: 'refused'; refusedByRef: string; epoch: number };

/** How much to grant in a situation, or which level is in the way. */
export type GrantDecision = { granted: PicoUsd } | { refusedByRef: string };

/** Keeps leases, and the part of each budget that they hold. */
export interface LeaseStore {
  /**
   * Decides and grants in one transaction, under a lock on every level, so that no two grants count the
   * same money.
   *
   * @param request.path - the department, then each one above it
   */
  grant(
    request: {
      replicaId: string;
      path: readonly string[];
      period: Period;
      now: Date;
      expiresAt: Date;
    },
    decide: (situation: GrantSituation) => GrantDecision,
  ): Promise<GrantOutcome>;

  /**
   * Ends leases and gives back what they hold, less what is to be kept. Leases that are unknown, ended
   * already or another replica's are passed over.
   *
   * @returns the ids of those that were ended by this call
   */
  release(
    releases: readonly { leaseId: string; keep: PicoUsd }[],
    options: { replicaId?: string; now: Date },
  ): Promise<string[]>;

  /** Open leases that ran out before a moment, the oldest first, at most a thousand. */
  listExpiredBefore(
    moment: Date,
  ): Promise<{ id: string; replicaId: string; departmentRef: string }[]>;

  /** Forgets leases that ended before a moment and hold nothing. Usage that still names one is booked all the same. */
  forgetReleasedBefore(moment: Date): Promise<void>;
}

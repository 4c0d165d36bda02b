import { PicoUsd, TopUp } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** An amount that is added to a budget for a time, as it is kept. */
export interface StoredTopUp {
  id: string;
  nodeId: string;
  amount: PicoUsd;
  reason: string;
  startsAt: Date;
  /** First moment after it. */
  endsAt: Date;
  state: TopUp['state'];
  requestedBy: string;
  requestedAt: Date;
  decidedBy?: string;
  decidedAt?: Date;
  decision?: string;
}

/** Keeps top-ups. */
export interface TopUpStore {
  add(topUp: StoredTopUp): Promise<void>;
  find(id: string): Promise<StoredTopUp | undefined>;

  /**
   * Decides on a top-up that nobody has decided on yet.
   *
   * @returns false when somebody was quicker
   */
  decide(
    id: string,
    decision: {
      state: 'approved' | 'rejected';
      by: string;
      at: Date;
      decision: string;
      /** Not before the decision: what was not granted yet cannot have been spent. */
      startsAt: Date;
    },
  ): Promise<boolean>;

  /** Top-ups of these nodes, the latest first, with the number of all. */
  list(query: {
    nodeIds: readonly string[];
    state?: TopUp['state'];
    offset: number;
    limit: number;
  }): Promise<{ topUps: StoredTopUp[]; total: number }>;
}

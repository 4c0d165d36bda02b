import {
  LeaseRelease,
  LeaseRequest,
  LeaseResult,
  ReplicaStatus,
  Snapshot,
  UsageResponse,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The exchanges with the control plane. None is on the way of a call, except the first lease. */
export interface ControlPlane {
  /** @returns undefined when `since` is still the present version after `waitMs` */
  getSnapshot(options: {
    since: string | undefined;
    waitMs: number;
    signal: AbortSignal;
  }): Promise<Snapshot | undefined>;

  requestLeases(
    request: LeaseRequest,
    options: { signal: AbortSignal },
  ): Promise<LeaseResult[]>;

  releaseLeases(
    release: LeaseRelease,
    options: { signal: AbortSignal },
  ): Promise<void>;

  /** @param batch - `records`: the JSON of usage records, with commas between, as they were journalled */
  sendUsage(
    batch: { replicaId: string; records: Buffer },
    options: { signal: AbortSignal },
  ): Promise<UsageResponse>;

  /** @returns how many replicas of the gateway are alive, this one among them */
  sendStatus(
    status: ReplicaStatus,
    options: { signal: AbortSignal },
  ): Promise<{ aliveReplicas: number }>;
}

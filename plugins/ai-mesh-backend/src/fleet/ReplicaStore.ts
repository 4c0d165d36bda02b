import { ReplicaStatus } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A status with the time at which it came. */
export interface SeenReplica {
  status: ReplicaStatus;
  lastSeenAt: Date;
}

/** Keeps the last status of each replica of the gateway. */
export interface ReplicaStore {
  /** Puts the status in the place of the replica's last one. */
  put(seen: SeenReplica): Promise<void>;
  /** Who was heard of since, ordered by id. */
  listSince(time: Date): Promise<SeenReplica[]>;
  /** Forgets who was not heard of since. */
  forgetBefore(time: Date): Promise<void>;
}

import { ReplicaStatus } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ActiveCalls } from './ActiveCalls';
import { Journal } from './journal/Journal';
import { RateLimits } from './rateLimits';
import { TargetStates } from './routing/TargetStates';
import { Shadows } from './shadow/Shadows';
import { SnapshotHolder } from './snapshot/SnapshotHolder';

/** What a replica says of itself to the control plane. */
export function readStatus(
  services: {
    replicaId: string;
    active: ActiveCalls;
    journal: Journal;
    rateLimits: RateLimits;
    shadows: Shadows;
    snapshots: SnapshotHolder;
    states: TargetStates;
  },
  { startedAtMs }: { startedAtMs: number },
): ReplicaStatus {
  const { snapshots, states, journal } = services;
  const { undelivered } = journal.state;
  return {
    replicaId: services.replicaId,
    startedAt: new Date(startedAtMs).toISOString(),
    snapshotVersion: snapshots.current?.version,
    activeCalls: services.active.size,
    undeliveredRecords: undelivered.size,
    oldestUndeliveredAt: oldestUndeliveredAt(journal),
    droppedShadows: services.shadows.droppedCount,
    limits: services.rateLimits.state,
    targets: states.health(snapshots.current),
  };
}

/** When the usage that waits the longest was settled; ISO 8601. */
export function oldestUndeliveredAt({ state }: Journal): string | undefined {
  const { oldest } = state.undelivered;
  return oldest && new Date(oldest.at).toISOString();
}

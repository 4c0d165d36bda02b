import {
  Replica,
  ReplicaList,
  TargetHealth,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A target that does well, but for what is told. */
export function target(
  id: string,
  model: string,
  more: Partial<TargetHealth> = {},
): TargetHealth {
  return {
    id,
    model,
    provider: id.split('/')[0],
    stage: 'stable',
    circuit: 'closed',
    inFlight: 0,
    calls: 0,
    failures: 0,
    ...more,
  };
}

/** A replica that is alive and has nothing on its mind, but for what is told. */
export function replica(
  replicaId: string,
  now: Date,
  more: Partial<Replica> = {},
): Replica {
  const ago = (seconds: number) =>
    new Date(now.getTime() - seconds * 1000).toISOString();
  return {
    replicaId,
    startedAt: ago(93_600),
    lastSeenAt: ago(2),
    isAlive: true,
    snapshotVersion: 'a1b2c3',
    activeCalls: 0,
    undeliveredRecords: 0,
    droppedShadows: 0,
    limits: 'shared',
    targets: [],
    ...more,
  };
}

/** Two replicas that see one target fail, and one that was stopped this morning. */
export function fakeReplicas(now: Date): ReplicaList {
  const ago = (seconds: number) =>
    new Date(now.getTime() - seconds * 1000).toISOString();
  const well = [
    target('azure-eu/gpt-4o', 'gpt-4o', {
      inFlight: 7,
      calls: 212,
      failures: 3,
      latencyMs: 412.4,
      lastFailure: { at: ago(130), cause: 'rate-limit' },
    }),
    target('azure-eu/gpt-4o-mini', 'gpt-4o-mini', {
      inFlight: 2,
      calls: 388,
      latencyMs: 180.2,
    }),
    target('in-house/llama-3-8b', 'llama-3-8b-instruct', {
      stage: 'candidate',
      calls: 21,
      latencyMs: 65,
    }),
  ];
  const failing = target('azure-us/gpt-4o', 'gpt-4o', {
    circuit: 'open',
    calls: 24,
    failures: 19,
    latencyMs: 2_210.8,
    lastFailure: { at: ago(12), cause: 'timeout' },
  });
  return {
    routingProblems: [
      {
        setting: 'aiMesh.routing.gpt-4o.fallbacks[1]',
        problem: 'there is no model "gpt-3.5-turbo" in the catalog',
      },
    ],
    items: [
      replica('gateway-1', now, {
        activeCalls: 9,
        targets: [...well, failing],
      }),
      replica('gateway-2', now, {
        startedAt: ago(7_200),
        activeCalls: 5,
        undeliveredRecords: 1_204,
        oldestUndeliveredAt: ago(200),
        droppedShadows: 17,
        limits: 'fallback',
        targets: [
          ...well.map(each => ({ ...each, inFlight: 1, failures: 0 })),
          { ...failing, circuit: 'closed', failures: 2 },
        ],
      }),
      replica('gateway-0', now, {
        isAlive: false,
        lastSeenAt: ago(21_600),
        snapshotVersion: '9f8e7d',
        limits: 'memory',
        targets: well,
      }),
    ],
  };
}

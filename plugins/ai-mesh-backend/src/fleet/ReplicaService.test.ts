import { ReplicaStatus } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { DatabaseReplicaStore } from './DatabaseReplicaStore';
import { ReplicaService } from './ReplicaService';

const databases = createTestDatabases();
const HOUR_MS = 3_600_000;

function status(replicaId: string): ReplicaStatus {
  return {
    replicaId,
    startedAt: '2026-11-22T11:00:00Z',
    snapshotVersion: 'v1',
    activeCalls: 2,
    undeliveredRecords: 3,
    oldestUndeliveredAt: '2026-11-22T11:59:00Z',
    droppedShadows: 4,
    limits: 'fallback',
    targets: [
      {
        id: 'azure/gpt-4o',
        model: 'gpt-4o',
        provider: 'azure',
        stage: 'candidate',
        circuit: 'half-open',
        inFlight: 1,
        calls: 10,
        failures: 5,
        latencyMs: 12.5,
        lastFailure: { at: '2026-11-22T11:58:00Z', cause: 'timeout' },
      },
    ],
  };
}

describe.each(databases.eachSupportedId())('ReplicaService, %p', id => {
  const getDatabase = useMigratedDatabase(databases, id);

  function setup() {
    const startMs = Date.parse('2026-11-22T12:00:00Z');
    const clock = { ms: startMs };
    const replicas = new ReplicaService({
      store: new DatabaseReplicaStore({ database: getDatabase() }),
      now: () => new Date(clock.ms),
    });
    const at = (ms: number) => {
      clock.ms = startMs + ms;
      return replicas;
    };
    return { replicas, at };
  }

  it('gives back the last that each replica said, by id', async () => {
    const { replicas, at } = setup();
    await replicas.note({ ...status('b'), activeCalls: 9 });
    await replicas.note(status('a'));
    await at(5000).note(status('b'));
    expect(await replicas.list()).toEqual([
      {
        ...status('a'),
        lastSeenAt: '2026-11-22T12:00:00.000Z',
        isAlive: true,
      },
      {
        ...status('b'),
        lastSeenAt: '2026-11-22T12:00:05.000Z',
        isAlive: true,
      },
    ]);
  });

  it('takes a replica for dead after 15 seconds, and forgets it after a day', async () => {
    const { replicas, at } = setup();
    await replicas.note(status('a'));
    expect(await at(15_000).list()).toMatchObject([{ isAlive: true }]);
    expect(await at(15_001).list()).toMatchObject([{ isAlive: false }]);

    await at(20 * HOUR_MS).note(status('b'));
    await at(24 * HOUR_MS).prune();
    expect(await replicas.list()).toHaveLength(2);
    expect(await at(24 * HOUR_MS + 1).list()).toMatchObject([
      { replicaId: 'b' },
    ]);
    await replicas.prune();
    expect(await getDatabase()('gateway_replicas').select()).toHaveLength(1);
  });

  it('passes over the status of another version of the portal', async () => {
    const { replicas } = setup();
    await replicas.note(status('a'));
    await getDatabase()('gateway_replicas').update({ status: '{"new":1}' });
    expect(await replicas.list()).toEqual([]);
  });
});

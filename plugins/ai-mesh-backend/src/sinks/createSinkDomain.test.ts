import { mockServices } from '@backstage/backend-test-utils';
import { stringifyWithBigInt } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import request from 'supertest';
import {
  ALL,
  ALLOW,
  GATEWAY,
  startControlPlane,
} from '../__testUtils__/startControlPlane';
import { MemorySink } from '../__testUtils__/MemorySink';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine, usageRecord } from '../__testUtils__/usage';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { createSinkDomain } from './createSinkDomain';

jest.setTimeout(60_000);

const PERMISSIONS = { ...ALL, 'ai-mesh.gateway.read': ALLOW };
const databases = createTestDatabases();

describe('usage sinks in the plugin', () => {
  it('keeps for a module what gateways deliver, and shows how its sink does', async () => {
    const { server } = await startControlPlane({
      permissions: PERMISSIONS,
      sinks: [new MemorySink('archive')],
    });
    await request(server)
      .post('/api/ai-mesh/v1/gateway/usage')
      .set('Authorization', GATEWAY)
      .type('application/json')
      .send(
        stringifyWithBigInt({
          replicaId: 'gateway-1',
          records: [usageRecord()],
        }),
      )
      .expect(200);
    const { body } = await request(server)
      .get('/api/ai-mesh/v1/sinks')
      .expect(200);
    expect(body).toEqual({
      items: [
        {
          id: 'archive',
          isPresent: true,
          addedAt: expect.any(String),
          waitingLines: 1,
          waitingBatches: 1,
          oldestWaitingAt: expect.any(String),
          deliveredLines: 0,
          failedAttempts: 0,
        },
      ],
    });
  });

  it('does not show it to just anybody', async () => {
    const { server } = await startControlPlane();
    await request(server).get('/api/ai-mesh/v1/sinks').expect(403);
  });

  it('refuses two sinks of the same id', async () => {
    await expect(
      startControlPlane({ sinks: [new MemorySink(), new MemorySink()] }),
    ).rejects.toThrow(/two usage sinks with the id "memory"/);
  });
});

describe.each(databases.eachSupportedId())('createSinkDomain, %p', id => {
  const database = useMigratedDatabase(databases, id);
  const logger = mockServices.logger.mock();
  const scheduler = mockServices.scheduler.mock();
  const start = (sinks: MemorySink[]) =>
    createSinkDomain({
      sinks,
      database: database(),
      scheduler,
      permissions: mockServices.permissions.mock(),
      httpAuth: mockServices.httpAuth(),
      logger,
      now: () => new Date('2026-11-22T12:00:00Z'),
    });

  it('costs nothing without a sink, and says so when lines wait for one that is gone', async () => {
    const none = await start([]);
    expect(none.onBooked).toBeUndefined();
    expect(scheduler.scheduleTask).not.toHaveBeenCalled();

    const sink = new MemorySink('archive');
    const { onBooked } = await start([sink]);
    const ledger = new DatabaseLedgerStore({
      database: database(),
      now: () => new Date('2026-11-22T12:00:00Z'),
      onBooked,
    });
    await ledger.book([ledgerLine()]);
    await start([]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('1 booked lines wait for usage sink "archive"'),
    );

    // one replica at a time runs what was scheduled
    expect(scheduler.scheduleTask).toHaveBeenCalledTimes(1);
    const [task] = scheduler.scheduleTask.mock.calls[0];
    expect(task).toMatchObject({
      id: 'deliver-usage-to-archive',
      scope: 'global',
    });
    await task.fn(new AbortController().signal);
    expect(sink.ids()).toEqual([['request-1/1/0/0']]);
  });
});

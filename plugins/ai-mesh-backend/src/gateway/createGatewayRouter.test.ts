import { mockCredentials } from '@backstage/backend-test-utils';
import {
  leaseResponseSchema,
  picoUsd,
  snapshotSchema,
  stringifyWithBigInt,
  usageResponseSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ConfigReader } from '@backstage/config';
import { Knex } from 'knex';
import request from 'supertest';
import { applyMigrations } from '../database/applyMigrations';
import { readTrafficConfig } from '../routing/readTrafficConfig';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks, readBooks } from '../__testUtils__/books';
import { createLedgerApp } from '../__testUtils__/ledgerApp';
import {
  COMPANY,
  CUSTOMER_CARE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { KEY_ID, usageRecord } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const GATEWAY = mockCredentials.service.header({
  onBehalfOf: mockCredentials.service('plugin:ai-mesh-gateway'),
  targetPluginId: 'test',
});

describe.each(databases.eachSupportedId())('gateway exchanges, %p', id => {
  let database: Knex;
  let context: Awaited<ReturnType<typeof createLedgerApp>>;
  let now: Date;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    now = new Date('2026-11-22T12:00:00Z');
    context = await createLedgerApp({ database, allowed: {}, now: () => now });
  });

  const get = (path: string) =>
    request(context.app).get(path).set('authorization', GATEWAY);
  const post = (path: string, body: unknown) =>
    request(context.app)
      .post(path)
      .set('authorization', GATEWAY)
      .set('content-type', 'application/json')
      .send(stringifyWithBigInt(body));
  const setLimit = (departmentRef: string, pico: bigint) =>
    context.budgets.setLimit(departmentRef, picoUsd(pico), {
      by: 'user:default/priya',
    });

  it.each([
    ['a person', mockCredentials.user.header()],
    ['another plugin', mockCredentials.service.header()],
    ['nobody', mockCredentials.none.header()],
  ])('is closed to %s', async (_who, authorization) => {
    for (const call of [
      request(context.app).get('/v1/gateway/snapshot'),
      request(context.app).post('/v1/gateway/leases').send({}),
      request(context.app).post('/v1/gateway/leases/release').send({}),
      request(context.app).post('/v1/gateway/usage').send({}),
      request(context.app).post('/v1/gateway/status').send({}),
    ]) {
      const { status } = await call.set('authorization', authorization);
      expect([401, 403]).toContain(status);
    }
  });

  it('gives a snapshot, then 304 until a budget changes it', async () => {
    const first = await get('/v1/gateway/snapshot');
    const { version } = snapshotSchema.parse(first.body);
    const path = `/v1/gateway/snapshot?since=${version}`;
    expect((await get(path)).status).toBe(304);

    await setLimit(COMPANY, 5n);
    await setLimit(CUSTOMER_CARE, 5n);
    const { departments } = snapshotSchema.parse((await get(path)).body);
    const nothing = { limits: {}, measures: [], modelBudgets: {} };
    expect(departments).toContainEqual({
      ref: CUSTOMER_CARE,
      budgetEpoch: 2,
      ...nothing,
    });
    expect(departments).toContainEqual({
      ref: RESEARCH,
      budgetEpoch: 1,
      ...nothing,
    });
  });

  it('hands out the limits of departments and applications, and the regions from the root down', async () => {
    const { app } = await createLedgerApp({
      database,
      allowed: {},
      now: () => now,
      traffic: readTrafficConfig(
        new ConfigReader({
          aiMesh: {
            limits: {
              departments: { [RESEARCH]: { tokensPerMinute: 1000 } },
              applications: {
                'component:default/shop': { parallelRequests: 2 },
              },
            },
            departments: {
              [COMPANY]: { regions: ['eu', 'us'] },
              [CUSTOMER_CARE]: { regions: ['eu', 'asia'] },
            },
          },
        }),
      ),
    });
    const answer = await request(app)
      .get('/v1/gateway/snapshot')
      .set('authorization', GATEWAY);
    const { departments, applications } = snapshotSchema.parse(answer.body);
    const find = (ref: string) => departments.find(each => each.ref === ref);
    expect(find(CUSTOMER_CARE)).toMatchObject({ limits: {}, regions: ['eu'] });
    expect(find(RESEARCH)).toMatchObject({
      limits: { tokensPerMinute: 1000 },
      regions: ['eu', 'us'],
    });
    expect(applications).toEqual([
      { ref: 'component:default/shop', limits: { parallelRequests: 2 } },
    ]);
  });

  it('takes in how a replica does, over and over', async () => {
    const status = {
      replicaId: 'replica-1',
      startedAt: '2026-11-22T11:00:00.000Z',
      activeCalls: 1,
      undeliveredRecords: 0,
      limits: 'memory',
      targets: [],
    };
    await post('/v1/gateway/status', status).expect(200);
    await post('/v1/gateway/status', { ...status, activeCalls: 2 }).expect(
      200,
      { aliveReplicas: 1 },
    );
    await expect(context.replicas.list()).resolves.toEqual([
      {
        ...status,
        activeCalls: 2,
        droppedShadows: 0,
        lastSeenAt: '2026-11-22T12:00:00.000Z',
        isAlive: true,
      },
    ]);
    await post('/v1/gateway/status', { ...status, activeCalls: -1 }).expect(
      400,
    );
  });

  it('grants, books and takes back a lease', async () => {
    await setLimit(COMPANY, 10_000n);
    const answer = await post('/v1/gateway/leases', {
      replicaId: 'replica-1',
      requests: [
        { departmentRef: CUSTOMER_CARE, neededPicoUsd: '1000' },
        { departmentRef: RESEARCH, neededPicoUsd: '5001' },
        { departmentRef: 'group:default/nobody', neededPicoUsd: '1' },
      ],
    });
    const [granted, tooMuch, unknown] = leaseResponseSchema.parse(
      answer.body,
    ).leases;
    expect(granted).toMatchObject({
      outcome: 'granted',
      grantedPicoUsd: 5000n,
      budgetEpoch: 1,
      expiresAt: '2026-11-22T12:05:00.000Z',
    });
    expect(tooMuch).toEqual({
      outcome: 'refused',
      departmentRef: RESEARCH,
      refusedByRef: COMPANY,
      budgetEpoch: 2, // the other half is recalled: the end-game
    });
    expect(unknown).toMatchObject({
      outcome: 'refused',
      refusedByRef: 'group:default/nobody',
    });

    const leaseId = granted.outcome === 'granted' ? granted.leaseId : '';
    await post('/v1/gateway/usage', {
      replicaId: 'replica-1',
      records: [usageRecord({ leaseId })],
    }).expect(200);
    await post('/v1/gateway/leases/release', {
      replicaId: 'replica-1',
      releases: [{ leaseId, keepPicoUsd: '100' }],
    }).expect(204);
    const { balances } = await readBooks(database);
    expect(balances[`${COMPANY} 2026-11`]).toEqual({
      settled: 250n,
      leased: 100n,
    });
  });

  it('ends a lease with the month, however long it would last', async () => {
    now = new Date('2026-11-30T23:58:00Z');
    const answer = await post('/v1/gateway/leases', {
      replicaId: 'replica-1',
      requests: [{ departmentRef: CUSTOMER_CARE, neededPicoUsd: '1' }],
    });
    expect(answer.body.leases[0].expiresAt).toBe('2026-12-01T00:00:00.000Z');
  });

  it('refuses to hold or keep less than nothing', async () => {
    await post('/v1/gateway/leases', {
      replicaId: 'replica-1',
      requests: [{ departmentRef: CUSTOMER_CARE, neededPicoUsd: '-1' }],
    }).expect(400);
    await post('/v1/gateway/leases/release', {
      replicaId: 'replica-1',
      releases: [{ leaseId: 'any', keepPicoUsd: '-1' }],
    }).expect(400);
  });

  it('books the good records of a delivery and puts the bad ones aside', async () => {
    const [line] = usageRecord().lines;
    const answer = await post('/v1/gateway/usage', {
      replicaId: 'replica-1',
      records: [
        usageRecord(),
        { requestId: 'nothing else' },
        usageRecord({ requestId: 'request-2', model: 'nul\u0000' }),
        usageRecord({
          requestId: 'request-3',
          lines: [{ ...line, tokens: 2n ** 63n }],
        }),
        usageRecord({ requestId: 'request-4', model: 'half \ud800' }),
        'no record',
        usageRecord({
          requestId: 'request-6',
          avoidedPicoUsd: picoUsd(-(2n ** 63n)),
        }),
        usageRecord({ requestId: 'request-5' }),
        usageRecord(),
      ],
    }).expect(200);
    const { booked, repeated, rejected } = usageResponseSchema.parse(
      answer.body,
    );
    expect({ booked, repeated }).toEqual({ booked: 2, repeated: 1 });
    expect(rejected.map(each => each.index)).toEqual([1, 2, 3, 4, 5, 6]);
    const quarantined = await database('usage_quarantine').select('reason');
    expect(quarantined).toHaveLength(6);
    expect(context.keys.noteUsed).toHaveBeenCalledWith([
      { keyId: KEY_ID, at: new Date('2026-11-22T12:00:00.000Z') },
    ]);
  });

  it('lets a second delivery of everything change nothing', async () => {
    const delivery = {
      replicaId: 'replica-1',
      records: Array.from({ length: 500 }, (_, index) =>
        usageRecord({ requestId: `request-${index}` }),
      ),
    };
    await post('/v1/gateway/usage', delivery).expect(200);
    const before = await readBooks(database);
    const again = await post('/v1/gateway/usage', delivery).expect(200);
    expect(again.body).toMatchObject({ booked: 0, repeated: 500 });
    await expect(readBooks(database)).resolves.toEqual(before);
  });
});

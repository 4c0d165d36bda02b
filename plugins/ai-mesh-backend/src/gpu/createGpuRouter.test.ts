import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import express from 'express';
import request from 'supertest';
import { fakePermissions } from '../__testUtils__/fakePermissions';
import { RESEARCH } from '../__testUtils__/organisation';
import { createGpuRouter } from './createGpuRouter';

const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const RESULT = { booked: 1, waiting: 0, repeated: 0, rejected: [] };

function createApp(allowed: string[]) {
  const take = jest.fn(async (_delivery: unknown) => RESULT);
  const report = jest.fn(async () => {
    throw new Error('not reached in these tests');
  });
  const auditor = mockServices.auditor.mock();
  const auditEvent = { success: jest.fn(), fail: jest.fn() };
  auditor.createEvent.mockResolvedValue(auditEvent);
  const router = createGpuRouter({
    intake: { take },
    costs: { report },
    access: {
      allowedRefs: async ({ name }) =>
        allowed.includes(name) ? [RESEARCH] : [],
      require: async () => {},
    },
    httpAuth: mockServices.httpAuth(),
    permissions: fakePermissions(
      Object.fromEntries(
        allowed.map(name => [name, { result: AuthorizeResult.ALLOW }]),
      ),
    ),
    auditor,
  });
  const app = express();
  app.use(router);
  app.use(mockErrorHandler());
  return { app, take, report, auditor, auditEvent };
}

describe('POST /v1/gpu/usage', () => {
  it('takes a delivery from who may report, with an audit event', async () => {
    const { app, take, auditor, auditEvent } = createApp([
      'ai-mesh.gpu.report',
    ]);
    await request(app)
      .post('/v1/gpu/usage')
      .set('authorization', mockCredentials.service.header())
      .send({ reporterId: 'fleet', records: [{ any: 'thing' }] })
      .expect(200, RESULT);
    expect(take).toHaveBeenCalledWith({
      reporterId: 'fleet',
      records: [{ any: 'thing' }],
    });
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ eventId: 'gpu-usage-report' }),
    );
    expect(auditEvent.success).toHaveBeenCalledWith({
      meta: {
        reporterId: 'fleet',
        records: 1,
        booked: 1,
        waiting: 0,
        repeated: 0,
        rejected: 0,
      },
    });
  });

  it.each([
    ['a person without the permission', mockCredentials.user.header()],
    ['a service without the permission', mockCredentials.service.header()],
  ])('refuses %s, before the body is read', async (_who, authorization) => {
    const { app, take, auditEvent } = createApp(['ai-mesh.gpu.read']);
    await request(app)
      .post('/v1/gpu/usage')
      .set('authorization', authorization)
      .set('content-type', 'application/json')
      .send('{ not even JSON')
      .expect(403);
    expect(take).not.toHaveBeenCalled();
    expect(auditEvent.fail).toHaveBeenCalledWith({
      error: expect.objectContaining({ name: 'NotAllowedError' }),
    });
  });

  it('refuses a caller that nobody knows, and a body of another shape', async () => {
    const { app } = createApp(['ai-mesh.gpu.report']);
    await request(app)
      .post('/v1/gpu/usage')
      .set('authorization', mockCredentials.none.header())
      .send({})
      .expect(401);
    await request(app).post('/v1/gpu/usage').send({ records: 1 }).expect(400);
  });

  it('repeats nothing of a body that is no JSON', async () => {
    const { app, auditEvent } = createApp(['ai-mesh.gpu.report']);
    const { body } = await request(app)
      .post('/v1/gpu/usage')
      .set('content-type', 'application/json')
      .send('{ "reporterId": secret }')
      .expect(400);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(String(auditEvent.fail.mock.calls[0][0].error)).not.toContain(
      'secret',
    );
  });
});

describe('GET /v1/gpu/costs', () => {
  it.each([
    [[], { departmentRefs: [], seesMachines: false }],
    [
      ['ai-mesh.spend.read'],
      { departmentRefs: [RESEARCH], seesMachines: false },
    ],
    [['ai-mesh.gpu.read'], { departmentRefs: [], seesMachines: true }],
  ])('with %j reports %j', async (allowed, access) => {
    const { app, report } = createApp(allowed);
    await request(app).get('/v1/gpu/costs').query(RANGE).expect(500);
    expect(report).toHaveBeenCalledWith(
      expect.objectContaining({ ...RANGE, groupBy: 'pool', limit: 50 }),
      access,
    );
  });

  it('says what is wrong with a question', async () => {
    const { app } = createApp([]);
    const { body } = await request(app)
      .get('/v1/gpu/costs')
      .query({ ...RANGE, groupBy: 'planet' })
      .expect(400);
    expect(JSON.stringify(body)).toContain('groupBy');
  });
});

import { replicaListSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import request from 'supertest';
import { COMPANY_CONFIG } from '../__testUtils__/company';
import {
  ALLOW,
  GATEWAY,
  startControlPlane,
} from '../__testUtils__/startControlPlane';

describe('GET /v1/gateway/replicas', () => {
  it('shows how the gateway does, and what of its routing leads nowhere', async () => {
    const { server, decisions } = await startControlPlane({
      config: {
        ...COMPANY_CONFIG,
        aiMesh: {
          ...COMPANY_CONFIG.aiMesh,
          routing: {
            'gpt-4o': {
              fallbacks: [
                { model: 'llama', on: ['error'] },
                { model: 'unpriced', on: ['error'] },
              ],
            },
          },
        },
      },
    });
    const path = '/api/ai-mesh/v1/gateway/replicas';
    await request(server).get(path).expect(403);
    decisions['ai-mesh.gateway.read'] = ALLOW;
    await request(server)
      .post('/api/ai-mesh/v1/gateway/status')
      .set('authorization', GATEWAY)
      .send({
        replicaId: 'replica-1',
        startedAt: '2026-11-22T11:00:00Z',
        activeCalls: 0,
        undeliveredRecords: 0,
        limits: 'memory',
        targets: [],
      })
      .expect(200, { aliveReplicas: 1 });
    const { items, routingProblems } = replicaListSchema.parse(
      (await request(server).get(path).expect(200)).body,
    );
    expect(items).toMatchObject([{ replicaId: 'replica-1', isAlive: true }]);
    expect(routingProblems).toEqual([
      {
        setting: 'aiMesh.routing.gpt-4o.fallbacks[1].model',
        problem: expect.stringContaining('"unpriced"'),
      },
    ]);
    const snapshot = await request(server)
      .get('/api/ai-mesh/v1/gateway/snapshot')
      .set('authorization', GATEWAY)
      .expect(200);
    expect(snapshot.body.models[0].routing.fallbacks).toMatchObject([
      { model: 'llama' },
    ]);
  });
});

import { pricePageSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import request from 'supertest';
import { COMPANY_CONFIG } from '../__testUtils__/company';
import {
  ALL,
  ALLOW,
  GATEWAY,
  startControlPlane,
} from '../__testUtils__/startControlPlane';

jest.setTimeout(60_000);

it('prices what is configured, by place, tier and contract, and tells gateways', async () => {
  const { server } = await startControlPlane({
    permissions: { ...ALL, 'ai-mesh.price.read': ALLOW },
    config: {
      ...COMPANY_CONFIG,
      aiMesh: {
        ...COMPANY_CONFIG.aiMesh,
        prices: [
          { model: 'own/llama', inputUsdPerMillion: '2' },
          {
            model: 'own/llama',
            region: 'eu',
            inputUsdPerMillion: '4',
            longContext: [{ aboveInputTokens: 1000, inputUsdPerMillion: '8' }],
          },
          {
            model: 'own/llama',
            serviceTier: 'batch',
            inputUsdPerMillion: '1',
          },
        ],
        priceContracts: [
          {
            name: 'Own 2026',
            prefixes: ['own/'],
            discountPercent: '25',
            validFrom: '2026-01-01',
          },
        ],
        routing: { llama: { catalogTarget: { region: 'eu' } } },
      },
    },
  });
  const { body } = await request(server)
    .get('/api/ai-mesh/v1/prices?search=own/llama')
    .expect(200);
  const { items, canImport } = pricePageSchema.parse(body);
  expect(
    items.map(each => [
      each.region,
      each.serviceTier,
      each.contractId,
      each.rates.input,
    ]),
  ).toEqual([
    ['', 'batch', undefined, '0.000001'],
    ['', 'batch', 'Own 2026', '0.00000075'],
    ['', 'standard', undefined, '0.000002'],
    ['', 'standard', 'Own 2026', '0.0000015'],
    ['eu', 'standard', undefined, '0.000004'],
    ['eu', 'standard', 'Own 2026', '0.000003'],
  ]);
  expect(canImport).toBe(false);
  const snapshot = await request(server)
    .get('/api/ai-mesh/v1/gateway/snapshot')
    .set('authorization', GATEWAY)
    .expect(200);
  const llama = snapshot.body.models.find(
    (each: { name: string }) => each.name === 'llama',
  );
  expect(llama.targets).toMatchObject([
    {
      region: 'eu',
      priceVersionId: items[5].id,
      rates: { input: '0.000003' },
      longContext: [{ aboveInputTokens: 1000, rates: { input: '0.000006' } }],
      serviceTiers: {
        batch: {
          priceVersionId: items[1].id,
          rates: { input: '0.00000075' },
          longContext: [],
        },
      },
    },
  ]);
});

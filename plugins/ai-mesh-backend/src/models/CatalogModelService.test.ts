import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { snapshotModelSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { model } from '../__testUtils__/company';
import { priceOfModel } from '../__testUtils__/prices';
import { CatalogModelService } from './CatalogModelService';

const RATES = {
  input: '0.0000025',
  'cached-input': '0.00000125',
  output: '0.00001',
};
const PRICE = priceOfModel({
  priceVersionId: 'v1',
  priceKey: 'openai/gpt-4o',
  rates: RATES,
  longContext: [
    { aboveInputTokens: 200_000, rates: { ...RATES, input: '0.000005' } },
  ],
  serviceTiers: {
    batch: {
      priceVersionId: 'v2',
      rates: { input: '0.00000125' },
      longContext: [],
    },
  },
});

function setup(entities: Entity[]) {
  const logger = mockServices.logger.mock();
  const clock = { ms: 0 };
  const regions: (string | undefined)[] = [];
  const service = new CatalogModelService({
    catalog: catalogServiceMock({ entities }),
    auth: mockServices.auth(),
    prices: {
      async current(key, { region } = {}) {
        regions.push(region);
        return key === PRICE.priceKey ? PRICE : undefined;
      },
    },
    logger,
    now: () => new Date(clock.ms),
  });
  return { service, logger, clock, regions };
}

/** A sound model with some annotations replaced. */
function altered(name: string, annotations: Record<string, string>): Entity {
  const sound = model(name, { provider: 'azure', price: 'openai/gpt-4o' });
  return {
    ...sound,
    metadata: {
      ...sound.metadata,
      annotations: { ...sound.metadata.annotations, ...annotations },
    },
  };
}

describe('CatalogModelService', () => {
  it('serves a model with its route and its exact price', async () => {
    const { service } = setup([
      model('gpt-4o', { provider: 'azure', price: 'openai/gpt-4o' }),
    ]);
    expect(await service.list()).toEqual([
      expect.objectContaining({
        name: 'gpt-4o',
        ownerRef: 'group:default/research',
        contextTokens: 128000,
        price: {
          priceVersionId: 'v1',
          inputUsdPerMillion: '2.50',
          cachedInputUsdPerMillion: '1.25',
          outputUsdPerMillion: '10.00',
          source: 'list',
        },
      }),
    ]);
    const routes = await service.forSnapshot();
    expect(routes.map(each => snapshotModelSchema.parse(each))).toEqual([
      {
        name: 'gpt-4o',
        kind: 'chat',
        contextTokens: 128000,
        maxOutputTokens: 4096,
        targets: [
          {
            id: 'azure/gpt-4o-deployment',
            provider: 'azure',
            providerModel: 'gpt-4o-deployment',
            priceVersionId: 'v1',
            rates: RATES,
            longContext: PRICE.longContext,
            serviceTiers: PRICE.serviceTiers,
            weight: 1,
            order: 0,
            tier: 'standard',
            stage: 'stable',
          },
        ],
        limits: {},
        routing: {
          balance: 'weighted',
          retries: 2,
          candidateShare: 0,
          fallbacks: [],
          specialists: [],
        },
      },
    ]);
  });

  it('asks for the price of the place where the target computes', async () => {
    const { service, regions } = setup([altered('gpt-4o', {})]);
    await service.forSnapshot({ regionOf: name => `where ${name} is` });
    expect(regions).toEqual(['where gpt-4o is']);
  });

  it('lists a model without a price, but does not serve it', async () => {
    const { service } = setup([
      model('unpriced', { provider: 'azure', price: 'own/unknown' }),
      model('unnamed', { provider: 'azure' }),
    ]);
    const models = await service.list();
    expect(models.map(each => each.price)).toEqual([undefined, undefined]);
    expect(await service.forSnapshot()).toEqual([]);
  });

  it.each([
    [{ 'ai-mesh.io/kind': 'picture' }, 'ai-mesh.io/kind: '],
    [{ 'ai-mesh.io/provider': '' }, 'ai-mesh.io/provider: '],
    [{ 'ai-mesh.io/context-tokens': '128k' }, 'ai-mesh.io/context-tokens: '],
    [{ 'ai-mesh.io/max-output-tokens': '0' }, 'ai-mesh.io/max-output-tokens: '],
  ])('leaves out a model with %j, and says so once', async (wrong, problem) => {
    const { service, logger, clock } = setup([
      altered('broken', wrong),
      altered('sound', {}),
    ]);
    for (const ms of [0, 60_000]) {
      clock.ms = ms;
      expect((await service.list()).map(each => each.name)).toEqual(['sound']);
    }
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(
        `The model resource:default/broken is not served: ${problem}`,
      ),
    );
  });

  it('serves the first of two models with one name', async () => {
    const twin = altered('gpt-4o', {});
    const { service, logger } = setup([
      altered('gpt-4o', {}),
      { ...twin, metadata: { ...twin.metadata, namespace: 'other' } },
    ]);
    expect(await service.list()).toHaveLength(1);
    expect(logger.warn).toHaveBeenCalledWith(
      'The model resource:other/gpt-4o is not served: the name "gpt-4o" is taken',
    );
  });
});

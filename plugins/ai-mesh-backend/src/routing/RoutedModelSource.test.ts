import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { SnapshotModel } from '../models/ModelSnapshotSource';
import { priceOfModel } from '../__testUtils__/prices';
import { organisationService, RESEARCH } from '../__testUtils__/organisation';
import { readTrafficConfig } from './readTrafficConfig';
import { RoutedModelSource } from './RoutedModelSource';

const GPT: SnapshotModel = {
  name: 'gpt-4o',
  kind: 'chat',
  contextTokens: 1000,
  maxOutputTokens: 100,
  targets: [
    {
      id: 'azure/gpt-4o',
      provider: 'azure',
      providerModel: 'gpt-4o',
      priceVersionId: 'v1',
      rates: {},
    },
  ],
};
const TO_NOWHERE = {
  'gpt-4o': { fallbacks: [{ model: 'llama', on: ['error'] }] },
};

function setup(aiMesh: JsonObject) {
  const clock = { ms: 0 };
  const logger = mockServices.logger.mock();
  const catalog = {
    models: [GPT],
    isAway: false,
    region: undefined as string | undefined,
  };
  const source = new RoutedModelSource({
    models: {
      async forSnapshot({ regionOf } = {}) {
        catalog.region = regionOf?.('gpt-4o');
        return catalog.models;
      },
    },
    prices: {
      current: async (priceKey, { region = '' } = {}) =>
        priceKey === 'azure/gpt-4o'
          ? priceOfModel({ priceVersionId: `v2 ${region}`, priceKey })
          : undefined,
    },
    departments: organisationService,
    applications: {
      async find() {
        if (catalog.isAway) throw new Error('the catalog is away');
        return undefined;
      },
    },
    traffic: readTrafficConfig(new ConfigReader({ aiMesh })),
    logger,
    now: () => new Date(clock.ms),
  });
  const at = async (ms: number) => {
    clock.ms = ms;
    return source.forSnapshot();
  };
  return { source, catalog, logger, at };
}

describe('RoutedModelSource', () => {
  it('looks up what every target costs where it computes', async () => {
    const target = {
      provider: 'azure',
      providerModel: 'gpt-4o',
      price: 'azure/gpt-4o',
    };
    const { source, catalog } = setup({
      routing: {
        'gpt-4o': {
          catalogTarget: { region: 'us' },
          targets: [
            { ...target, id: 'b' },
            { ...target, id: 'c', region: 'eu' },
          ],
        },
      },
    });
    const [{ targets: routed }] = await source.forSnapshot();
    expect(catalog.region).toBe('us');
    expect(routed.map(each => each.priceVersionId)).toEqual([
      'v1',
      'v2 ',
      'v2 eu',
    ]);
  });

  it('logs a problem once it has lasted a minute, once, and again after it was gone', async () => {
    const { catalog, logger, at } = setup({ routing: TO_NOWHERE });
    await at(0);
    await at(59_000);
    expect(logger.warn).not.toHaveBeenCalled();
    await at(60_000);
    await at(120_000);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      'aiMesh.routing.gpt-4o.fallbacks[0].model is left out: ' +
        'no model "llama" is served: the catalog has none with a price',
    );
    catalog.models = [GPT, { ...GPT, name: 'llama' }];
    await at(180_000);
    catalog.models = [GPT];
    await at(240_000);
    await at(300_000);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });

  it('shows a problem at once, and none before the catalog is there', async () => {
    const { source, catalog } = setup({ routing: TO_NOWHERE });
    expect(await source.problems()).toHaveLength(1);
    catalog.models = [];
    expect(await source.problems()).toEqual([]);
  });

  it('shows limits and regions that hold for nobody', async () => {
    const { source, catalog } = setup({
      departments: { 'group:default/gone': { regions: ['eu'] } },
      limits: {
        departments: { 'group:default/gone': {}, [RESEARCH]: {} },
        applications: { 'component:default/gone': {} },
      },
    });
    const settings = async () =>
      (await source.problems()).map(each => each.setting);
    expect(await settings()).toEqual([
      'aiMesh.departments["group:default/gone"]',
      'aiMesh.limits.departments["group:default/gone"]',
      'aiMesh.limits.applications["component:default/gone"]',
    ]);
    catalog.isAway = true;
    expect(await settings()).toHaveLength(2);
  });
});

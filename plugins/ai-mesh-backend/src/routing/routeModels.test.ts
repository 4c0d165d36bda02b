import { snapshotModelSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import fc from 'fast-check';
import { SnapshotModel } from '../models/ModelSnapshotSource';
import { priceOfModel } from '../__testUtils__/prices';
import { readTrafficConfig } from './readTrafficConfig';
import { routeModels } from './routeModels';

const RATES = { input: '0.000001', output: '0.000002' };
const LONG_CONTEXT = [
  { aboveInputTokens: 200_000, rates: { ...RATES, input: '0.000004' } },
];
const MODELS = [
  model('gpt-4o', 'chat'),
  model('llama', 'chat'),
  model('embedder', 'embedding'),
];

function model(name: string, kind: SnapshotModel['kind']): SnapshotModel {
  return {
    name,
    kind,
    contextTokens: 1000,
    maxOutputTokens: 100,
    targets: [
      {
        id: `azure/${name}`,
        provider: 'azure',
        providerModel: name,
        priceVersionId: `price of ${name}`,
        rates: RATES,
      },
    ],
  };
}

function route(routing: JsonObject) {
  const { models, problems } = routeModels({
    models: MODELS,
    routing: readTrafficConfig(new ConfigReader({ aiMesh: { routing } }))
      .routing,
    priceOf: (priceKey, region = 'anywhere') =>
      priceKey === 'azure/gpt-4o'
        ? priceOfModel({
            priceVersionId: `v2 ${region}`,
            priceKey,
            rates: RATES,
            longContext: LONG_CONTEXT,
          })
        : undefined,
    isDepartment: ref => ref === 'group:default/research',
  });
  const find = (name: string) => models.find(each => each.name === name);
  return { models, problems, find };
}

const TARGET = {
  id: 'spill-over',
  provider: 'azure-north',
  providerModel: 'gpt-4o-2',
  price: 'azure/gpt-4o',
  order: 1,
};
const SHADOW = {
  model: 'llama',
  share: 0.5,
  departmentRef: 'group:default/research',
  dailyCapUsd: '2',
};

describe('routeModels', () => {
  it('leaves a model without routing as it is', () => {
    expect(route({}).models).toEqual(MODELS);
  });

  it('gives the catalog’s target its attributes and puts the priced others beside it', () => {
    const { find, problems } = route({
      'gpt-4o': {
        catalogTarget: { tier: 'provisioned', region: 'eu', weight: 3 },
        targets: [TARGET],
        limits: { tokensPerMinute: 1000 },
        cacheSeconds: 60,
      },
    });
    expect(problems).toEqual([]);
    expect(find('gpt-4o')).toMatchObject({
      limits: { tokensPerMinute: 1000 },
      routing: { cacheSeconds: 60, retries: 2 },
      targets: [
        {
          id: 'azure/gpt-4o',
          priceVersionId: 'price of gpt-4o',
          tier: 'provisioned',
          region: 'eu',
          weight: 3,
          order: 0,
        },
        {
          id: 'spill-over',
          provider: 'azure-north',
          providerModel: 'gpt-4o-2',
          priceVersionId: 'v2 anywhere',
          rates: RATES,
          longContext: LONG_CONTEXT,
          serviceTiers: {},
          order: 1,
        },
      ],
    });
    expect(JSON.stringify(find('gpt-4o'))).not.toContain('"price"');
  });

  it('prices a target where it computes', () => {
    const targets = [{ ...TARGET, region: 'eu' }];
    const { find } = route({ 'gpt-4o': { targets } });
    expect(find('gpt-4o')?.targets[1]).toMatchObject({
      region: 'eu',
      priceVersionId: 'v2 eu',
    });
  });

  it('passes stand-ins and the shadow on, money as text, also in a circle', () => {
    const { find, problems } = route({
      'gpt-4o': {
        fallbacks: [{ model: 'llama', on: ['error'] }],
        specialists: [{ model: 'llama', maxBodyBytes: 2000 }],
        shadow: SHADOW,
      },
      llama: { fallbacks: [{ model: 'gpt-4o', on: ['error'], calls: 'all' }] },
    });
    expect(problems).toEqual([]);
    expect(find('gpt-4o')?.routing).toMatchObject({
      fallbacks: [{ model: 'llama', on: ['error'], calls: 'non-critical' }],
      specialists: [{ model: 'llama', maxBodyBytes: 2000 }],
      shadow: {
        model: 'llama',
        share: 0.5,
        departmentRef: 'group:default/research',
        dailyCapPicoUsd: '2000000000000',
      },
    });
    expect(find('llama')?.routing?.fallbacks).toHaveLength(1);
  });

  it.each<[string, JsonObject, string]>([
    ['', { fallbacks: [] }, 'no model "gone" is served'],
    [
      '.targets[0].price',
      { targets: [{ ...TARGET, price: 'own/free' }] },
      'the price book has no "own/free"',
    ],
    [
      '.targets[0].id',
      { targets: [{ ...TARGET, id: 'azure/gpt-4o' }] },
      'is called "azure/gpt-4o" already',
    ],
    [
      '.fallbacks[0].model',
      { fallbacks: [{ model: 'gone', on: ['error'] }] },
      'no model "gone" is served',
    ],
    [
      '.specialists[0].model',
      { specialists: [{ model: 'embedder' }] },
      '"embedder" is of the kind embedding, "gpt-4o" of the kind chat',
    ],
    [
      '.shadow.model',
      { shadow: { ...SHADOW, model: 'gone' } },
      'no model "gone" is served',
    ],
    [
      '.shadow.departmentRef',
      { shadow: { ...SHADOW, departmentRef: 'group:default/gone' } },
      'there is no department "group:default/gone" to pay',
    ],
  ])('leaves out and reports a wrong %s', (path, routing, problem) => {
    const name = path === '' ? 'gone' : 'gpt-4o';
    const { problems, find } = route({ [name]: routing });
    expect(problems).toEqual([
      {
        setting: `aiMesh.routing.${name}${path}`,
        problem: expect.stringContaining(problem),
      },
    ]);
    expect(find('gpt-4o')).toMatchObject({ targets: [{ id: 'azure/gpt-4o' }] });
    const {
      fallbacks = [],
      specialists = [],
      shadow,
    } = find('gpt-4o')?.routing ?? {};
    expect([fallbacks, specialists, shadow]).toEqual([[], [], undefined]);
  });

  it('gives a gateway what it can read, and no model that it does not have, whatever is configured', () => {
    const name = fc.constantFrom('gpt-4o', 'llama', 'embedder', 'gone');
    const routing = fc.record({
      fallbacks: fc.array(
        fc.record({ model: name, on: fc.constant<string[]>(['error']) }),
      ),
      specialists: fc.array(fc.record({ model: name })),
      shadow: fc.record({ ...constants(SHADOW), model: name }),
      targets: fc.uniqueArray(
        fc.record({
          ...constants(TARGET),
          id: fc.constantFrom('a', 'b', 'azure/llama'),
          price: fc.constantFrom('azure/gpt-4o', 'own/free'),
        }),
        { selector: each => each.id },
      ),
    });
    fc.assert(
      fc.property(fc.dictionary(name, routing), config => {
        const { models } = route(config);
        const served = new Map(MODELS.map(each => [each.name, each.kind]));
        expect(models.map(each => each.name)).toEqual([...served.keys()]);
        for (const each of models.map(m => snapshotModelSchema.parse(m))) {
          const { fallbacks, specialists, shadow } = each.routing;
          const others = [
            ...fallbacks,
            ...specialists,
            ...(shadow ? [shadow] : []),
          ];
          for (const other of others) {
            expect(served.get(other.model)).toBe(each.kind);
          }
          const ids = each.targets.map(target => target.id);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function constants<T extends object>(values: T) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, fc.constant(value)]),
  );
}

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readTrafficConfig } from './readTrafficConfig';

const read = (aiMesh: JsonObject) =>
  readTrafficConfig(new ConfigReader({ aiMesh }));
const readRouting = (routing: JsonObject) =>
  read({ routing: { 'gpt-4.1': routing } }).routing.get('gpt-4.1');

const TARGET = {
  id: 'azure-sweden',
  provider: 'azure-sweden',
  providerModel: 'gpt-41',
  price: 'azure/gpt-4.1',
};
const SHADOW = {
  model: 'llama',
  share: 0.1,
  departmentRef: 'group:default/research',
  dailyCapUsd: '0.25',
};

describe('readTrafficConfig', () => {
  it('takes nothing for everything at its default', () => {
    const { routing, limits, departments } = read({});
    expect([...routing, ...departments, ...limits.departments]).toEqual([]);
    expect(limits.defaultKey).toEqual({});
    expect(readRouting({})).toEqual({
      balance: 'weighted',
      retries: 2,
      candidateShare: 0,
      fallbacks: [],
      specialists: [],
      targets: [],
      limits: {},
      catalogTarget: { weight: 1, order: 0, tier: 'standard', stage: 'stable' },
    });
  });

  it('reads a route, with money exactly and references as the catalog writes them', () => {
    expect(
      readRouting({
        targets: [{ ...TARGET, stage: 'candidate' }],
        candidateShare: 0.05,
        fallbacks: [{ model: 'llama', on: ['budget'] }],
        shadow: { ...SHADOW, departmentRef: 'Group:Default/Research' },
      }),
    ).toMatchObject({
      targets: [{ ...TARGET, stage: 'candidate', weight: 1 }],
      fallbacks: [{ model: 'llama', on: ['budget'], calls: 'non-critical' }],
      shadow: {
        departmentRef: 'group:default/research',
        dailyCapUsd: 250_000_000_000n,
      },
    });
  });

  it('knows a model with the name of a property of every object', () => {
    expect(read({}).routing.get('constructor')).toBeUndefined();
    const { routing } = read({ routing: { constructor: { retries: 0 } } });
    expect(routing.get('constructor')).toMatchObject({ retries: 0 });
  });

  const route = 'aiMesh.routing["gpt-4.1"]';
  it.each<[JsonObject, string]>([
    [{ retries: 'two' }, `${route}.retries: Invalid input: expected number`],
    [{ retries: 6 }, `${route}.retries: Too big: expected number to be <=5`],
    [
      { fallback: [] },
      `${route}: unknown "fallback", expected balance, retries, candidateShare, fallbacks`,
    ],
    [
      { fallbacks: [{ model: 'llama', on: ['errors'] }] },
      `${route}.fallbacks[0].on[0]: Invalid option: expected one of "error"|"rate-limit"`,
    ],
    [
      { fallbacks: [{ model: 'llama', on: ['error'], call: 'all' }] },
      `${route}.fallbacks[0]: unknown "call", expected model, on, calls`,
    ],
    [
      { targets: [TARGET, TARGET] },
      `${route}.targets[1].id: expected another id: "azure-sweden" is there twice`,
    ],
    [
      { targets: [{ ...TARGET, price: undefined }] },
      `${route}.targets[0].price: Invalid input: expected string`,
    ],
    [
      { catalogTarget: { id: 'mine' } },
      `${route}.catalogTarget: unknown "id", expected weight, order, tier, region, stage`,
    ],
    [
      { shadow: { ...SHADOW, dailyCapUsd: 5 } },
      `${route}.shadow.dailyCapUsd: expected text in quotes such as '5.00'`,
    ],
    [
      { shadow: { ...SHADOW, dailyCapUsd: '-5' } },
      `${route}.shadow.dailyCapUsd: `,
    ],
    [
      { shadow: { ...SHADOW, departmentRef: 'component:default/bot' } },
      `${route}.shadow.departmentRef: expected a Group`,
    ],
    [{ limits: { requests: 1 } }, `${route}.limits: unknown "requests"`],
  ])('names the setting and what is expected there: %j', (routing, message) => {
    expect(() => readRouting(routing)).toThrow(
      `Cannot start ai-mesh: ${message}`,
    );
  });

  it.each<[JsonObject, string]>([
    [
      { limits: { departments: { research: {} } } },
      'aiMesh.limits.departments.research: expected an entity reference such as group:default/customer-care',
    ],
    [
      { limits: { keys: {} } },
      'aiMesh.limits: unknown "keys", expected departments, applications, defaultKey',
    ],
    [
      { departments: { 'group:default/research': { regions: [] } } },
      'aiMesh.departments["group:default/research"].regions: Too small',
    ],
  ])('names the setting and what is expected there: %j', (aiMesh, message) => {
    expect(() => read(aiMesh)).toThrow(message);
  });

  it('names everything that is wrong at once', () => {
    const wrong = { retries: -1, cacheSeconds: 0.5 };
    expect(() => readRouting(wrong)).toThrow(/retries: .*; .*cacheSeconds: /);
  });
});

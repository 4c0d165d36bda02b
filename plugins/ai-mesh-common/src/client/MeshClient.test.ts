import { MeshClient } from './MeshClient';

function clientAnswering(status: number, body: unknown) {
  const calls: { url: string; init?: RequestInit }[] = [];
  const client = new MeshClient({
    discoveryApi: { getBaseUrl: async id => `http://portal.test/api/${id}` },
    fetchApi: {
      fetch: async (url, init) => {
        calls.push({ url: String(url), init });
        return new Response(JSON.stringify(body), {
          status,
          headers: { 'content-type': 'application/json' },
        });
      },
    },
  });
  return { client, calls };
}

describe('MeshClient', () => {
  it('reads money above 2^53 exactly', async () => {
    const { client, calls } = clientAnswering(200, {
      id: 'group:default/care',
      level: 'department',
      ref: 'group:default/care',
      departmentRef: 'group:default/care',
      title: 'Care',
      type: 'department',
      depth: 1,
      period: '2026-11',
      timeZone: 'UTC',
      limitPicoUsd: '9007199254740993',
      effectiveLimitPicoUsd: '9007199254740993',
      carriedPicoUsd: '0',
      topUpPicoUsd: '0',
      kind: 'hard',
      carryOver: 'none',
      rules: [],
      spentPicoUsd: '1',
      leasedPicoUsd: '0',
      leftPicoUsd: '9007199254740992',
      isEndGame: false,
      canUpdate: true,
    });
    const budget = await client.budgets.change('group:default/care', {
      limitUsd: '9007.199254740993',
    });
    expect(budget.limitPicoUsd).toBe(9007199254740993n);
    expect(calls[0].url).toBe(
      'http://portal.test/api/ai-mesh/v1/budgets/group%3Adefault%2Fcare',
    );
    expect(calls[0].init?.method).toBe('PATCH');
  });

  it('puts only what was asked into the query', async () => {
    const { client, calls } = clientAnswering(200, { items: [], total: 0 });
    await client.listKeys({ search: 'a b', status: undefined });
    expect(calls[0].url).toBe(
      'http://portal.test/api/ai-mesh/v1/keys?search=a+b',
    );
  });

  it('lists replicas, also of a backend that says nothing of the routing', async () => {
    const { client, calls } = clientAnswering(200, { items: [] });
    await expect(client.listReplicas()).resolves.toEqual({
      items: [],
      routingProblems: [],
    });
    expect(calls[0].url).toBe(
      'http://portal.test/api/ai-mesh/v1/gateway/replicas',
    );
  });

  it('throws what the backend said', async () => {
    const { client } = clientAnswering(403, {
      error: { name: 'NotAllowedError', message: 'not yours' },
      response: { statusCode: 403 },
    });
    await expect(client.listModels()).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 403,
    });
  });

  it('refuses an answer of another shape', async () => {
    const { client } = clientAnswering(200, { items: 'many', total: 1 });
    await expect(client.listModels()).rejects.toThrow();
  });
});

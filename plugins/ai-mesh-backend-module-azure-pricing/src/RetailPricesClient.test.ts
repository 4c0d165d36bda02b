import { item, page, RetailApi, send } from './__testUtils__/RetailApi';
import { RetailPricesClient } from './RetailPricesClient';

const api = new RetailApi();

function setup() {
  const pauses: number[] = [];
  const client = new RetailPricesClient({
    baseUrl: api.baseUrl,
    pause: async ms => {
      pauses.push(ms);
    },
  });
  return { client, pauses };
}

describe('RetailPricesClient', () => {
  it('follows the pages', async () => {
    api.answer = (request, response) => {
      const second = request.url?.includes('$skip');
      send(
        response,
        200,
        second
          ? page([item({ meterName: 'second' }), { other: true }])
          : page([item({})], `${api.baseUrl}/api/retail/prices?$skip=1`),
      );
    };
    const { items, unreadable } = await setup().client.find('x');
    expect(items.map(each => each.meterName)).toEqual([
      'gpt-4o-0806-Inp-glbl Tokens',
      'second',
    ]);
    expect(unreadable).toBe(1);
  });

  it.each(['http://elsewhere.test/api/retail/prices?$skip=1', 'nonsense'])(
    'does not follow a page to %s',
    async next => {
      api.answer = (_, response) => send(response, 200, page([], next));
      await expect(setup().client.find('x')).rejects.toThrow(
        `is not at ${api.baseUrl}`,
      );
    },
  );

  it('does not follow pages without end', async () => {
    api.answer = (_, response) =>
      send(response, 200, page([], `${api.baseUrl}/api/retail/prices`));
    await expect(setup().client.find('x')).rejects.toThrow('500 pages');
  });

  it('tries again after 429 and 5xx, as long as it is told to wait', async () => {
    const statuses = [429, 503, 500, 200];
    api.answer = (_, response) => {
      if (api.asked.length === 1) response.setHeader('retry-after', '7');
      send(response, statuses[api.asked.length - 1], page([item({})]));
    };
    const { client, pauses } = setup();
    expect((await client.find('x')).items).toHaveLength(1);
    expect(pauses).toEqual([7000, 2000, 4000]);
  });

  it('tries again when the connection breaks', async () => {
    api.answer = (request, response) => {
      if (api.asked.length === 1) request.socket.destroy();
      else send(response, 200, page([]));
    };
    const { client, pauses } = setup();
    await client.find('x');
    expect(pauses).toEqual([1000]);
  });

  it.each([
    [503, 5],
    [400, 1],
  ])('gives up after %d', async (status, attempts) => {
    api.answer = (_, response) => send(response, status);
    await expect(setup().client.find('x')).rejects.toThrow(String(status));
    expect(api.asked).toHaveLength(attempts);
  });

  it('refuses an answer that is no price list', async () => {
    api.answer = (_, response) => send(response, 200, { Items: 'many' });
    await expect(setup().client.find('x')).rejects.toThrow('Items');
  });
});

import { MeshClient } from './MeshClient';

function clientAnswering(headers: Record<string, string>) {
  const urls: string[] = [];
  const client = new MeshClient({
    discoveryApi: { getBaseUrl: async id => `http://portal.test/api/${id}` },
    fetchApi: {
      fetch: async url => {
        urls.push(String(url));
        return new Response('BilledCost\r\n2.5\r\n', { headers });
      },
    },
  });
  return { client, urls };
}

describe('FocusClient', () => {
  it('fetches a month as a file, under the name that the control plane gives it', async () => {
    const { client, urls } = clientAnswering({
      'content-disposition': 'attachment; filename="focus-1.4-2026-10.csv"',
    });
    const file = await client.focus.exportMonth({
      month: '2026-10',
      departmentRef: 'group:default/care',
    });
    expect(file.name).toBe('focus-1.4-2026-10.csv');
    await expect(file.content.text()).resolves.toBe('BilledCost\r\n2.5\r\n');
    expect(urls).toEqual([
      'http://portal.test/api/ai-mesh/v1/exports/focus?month=2026-10&departmentRef=group%3Adefault%2Fcare',
    ]);
  });

  it('finds a name where none was given', async () => {
    const { client } = clientAnswering({});
    const { name } = await client.focus.exportMonth({ month: '2026-10' });
    expect(name).toBe('focus-2026-10');
  });
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import { request } from 'undici';
import { TestLogger } from '../__testUtils__/startTestGateway';
import { MetricsServer } from './MetricsServer';

const LISTEN = { host: '127.0.0.1', port: 0 };

it('answers GET /metrics, and nothing else', async () => {
  const read = jest.fn(async () => 'up 1\n');
  const server = new MetricsServer({ read, logger: new TestLogger() });
  const url = `http://127.0.0.1:${await server.listen(LISTEN)}`;
  const good = await request(`${url}/metrics?x=y`);
  expect(good.headers['content-type']).toMatch('version=0.0.4');
  expect(await good.body.text()).toBe('up 1\n');
  for (const [method, path] of [
    ['POST', '/metrics'],
    ['GET', '/v1/models'],
  ] as const) {
    const { statusCode, body } = await request(`${url}${path}`, { method });
    await body.dump();
    expect(statusCode).toBe(404);
  }
  expect(read).toHaveBeenCalledTimes(1);
  server.close();
});

it('says which setting is wrong when the port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const server = new MetricsServer({
    read: async () => '',
    logger: new TestLogger(),
  });
  await expect(server.listen({ ...LISTEN, port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port} (EADDRINUSE). Set aiMeshGateway.metrics.listen`,
  );
  taken.close();
});

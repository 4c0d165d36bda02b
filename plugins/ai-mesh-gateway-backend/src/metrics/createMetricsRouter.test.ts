import { once } from 'node:events';
import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import express from 'express';
import { request } from 'undici';
import { createMetricsRouter } from './createMetricsRouter';

it('answers services, and nobody else', async () => {
  const app = express();
  app.use(
    createMetricsRouter({
      httpAuth: mockServices.httpAuth({
        defaultCredentials: mockCredentials.none(),
      }),
      read: async () => 'up 1\n',
    }),
  );
  app.use(mockErrorHandler());
  const server = app.listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const read = async (authorization?: string) => {
    const { statusCode, body } = await request(
      `http://localhost:${port}/metrics`,
      { headers: authorization === undefined ? {} : { authorization } },
    );
    return [statusCode, await body.text()];
  };
  expect(await read(mockCredentials.service.header())).toEqual([200, 'up 1\n']);
  expect((await read(mockCredentials.user.header()))[0]).toBe(403);
  expect((await read())[0]).toBe(401);
  server.close();
});

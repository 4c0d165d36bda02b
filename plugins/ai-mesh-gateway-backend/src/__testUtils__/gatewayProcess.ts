/** A gateway in a process of its own, so that a test can kill it. Settings come as JSON in `GATEWAY`. */
import { z } from 'zod';
import { createGateway } from '../createGateway';
import { HttpControlPlane } from '../link/HttpControlPlane';
import { TEST_HASH_SECRET, TestLogger } from './startTestGateway';

const settings = z
  .object({
    dataDirectory: z.string(),
    upstreamUrl: z.string(),
    controlPlaneUrl: z.string(),
  })
  .parse(JSON.parse(process.env.GATEWAY ?? '{}'));

const gateway = createGateway({
  listen: { host: '127.0.0.1', port: 0 },
  dataDirectory: settings.dataDirectory,
  providers: {
    simulator: {
      type: 'openai-compatible',
      baseUrl: `${settings.upstreamUrl}/v1`,
      allowPrivateAddress: true,
    },
  },
  hashSecret: TEST_HASH_SECRET,
  controlPlane: new HttpControlPlane({
    getBaseUrl: async () => settings.controlPlaneUrl,
    getToken: async () => 'token',
  }),
  logger: new TestLogger(),
});

gateway.listen().then(
  ({ url }) => process.stdout.write(`${url}\n`),
  error => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
);

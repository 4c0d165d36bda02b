// The engine of the gateway without what surrounds it. Started by startUngoverned.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { snapshotSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { createGateway } from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { reportReady } from '../../../harness/childProcess';
import {
  APPLICATION_REF,
  DEPARTMENT_REF,
} from '../../../harness/exampleCompany';
import { GrantingControlPlane } from './GrantingControlPlane';

const hashSecret = randomBytes(24).toString('hex');
const key = generateKey();
const silent = () => {};

const snapshot = snapshotSchema.parse({
  version: 'bench',
  generatedAt: new Date().toISOString(),
  keys: [
    {
      id: key.id,
      hash: hashKey(key.secret, hashSecret),
      applicationRef: APPLICATION_REF,
      departmentRef: DEPARTMENT_REF,
      models: ['gpt-4o-mini'],
      expiresAt: '2999-01-01T00:00:00.000Z',
    },
  ],
  models: [
    {
      name: 'gpt-4o-mini',
      kind: 'chat',
      contextTokens: 128_000,
      maxOutputTokens: 16_384,
      targets: [
        {
          id: 'gpt-4o-mini@bench',
          provider: 'bench',
          providerModel: 'gpt-4o-mini',
          priceVersionId: 'bench',
          rates: {
            input: '0.00000015',
            'cached-input': '0.000000075',
            output: '0.0000006',
          },
        },
      ],
    },
  ],
  departments: [{ ref: DEPARTMENT_REF, budgetEpoch: 1 }],
});

async function main() {
  const gateway = createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    dataDirectory: process.env.DATA_DIRECTORY ?? '',
    providers: {
      bench: {
        type: 'openai',
        baseUrl: `${process.env.UPSTREAM_URL}/v1`,
        apiKey: 'upstream-secret',
        allowPrivateAddress: true,
      },
    },
    hashSecret,
    controlPlane: new GrantingControlPlane(snapshot),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const { url } = await gateway.listen();
  while (gateway.status()?.ready !== true) await sleep(20);
  reportReady({ url, key: key.secret });
}

void main();

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { JsonObject } from '@backstage/types';
import {
  Budget,
  budgetPageSchema,
  Limits,
  parseKey,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { request } from 'undici';
import { HarnessDatabase } from './database';
import { NodeProcess } from './NodeProcess';

/** The ports of a control plane and of the gateways' own Backstage backends; fixed before either starts. */
export interface Addresses {
  portalPort: number;
  gatewayBackendPort: number;
}

/** What the portal's process is told. */
export interface PortalProcessSettings {
  config: JsonObject;
  /** The keys to issue. */
  keySecrets: string[];
  budgetsUsd: Record<string, string>;
}

/** Secrets that both planes of one installation share. */
export const HASH_SECRET = randomBytes(24).toString('hex');
const ADMIN_TOKEN = randomBytes(24).toString('hex');

/** A running control plane, with one key issued, or several. */
export interface Portal {
  keySecret: string;
  process: NodeProcess<unknown>;
  setBudget(departmentRef: string, limitUsd: string | null): Promise<void>;
  /** What the control plane says of the budget of a department. */
  readBudget(departmentRef: string): Promise<Budget>;
  /** Resolves when the control plane has said that the key is revoked. */
  revokeKey(secret: string): Promise<void>;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts the control plane in a process of its own. */
export async function startPortal(options: {
  addresses: Addresses;
  database: HarnessDatabase;
  budgetsUsd: Record<string, string>;
  keySecret?: string;
  /** Of further keys to issue. */
  moreKeySecrets?: readonly string[];
  /** Of each key; none when absent. */
  keyLimits?: Limits;
}): Promise<Portal> {
  const keySecret = options.keySecret ?? generateKey().secret;
  const { keyLimits, moreKeySecrets = [] } = options;
  const shared = sharedConfig(options.addresses, options.addresses.portalPort);
  const settings: PortalProcessSettings = {
    keySecrets: [keySecret, ...moreKeySecrets],
    budgetsUsd: options.budgetsUsd,
    config: {
      ...shared,
      aiMesh: {
        ...shared.aiMesh,
        ...(keyLimits && { limits: { defaultKey: keyLimits } }),
      },
      backend: {
        ...backendConfig(options.addresses.portalPort),
        database: options.database.config,
        auth: {
          externalAccess: [
            {
              type: 'static',
              options: { token: ADMIN_TOKEN, subject: 'harness' },
            },
          ],
        },
      },
    },
  };
  const child = await NodeProcess.start({
    script: resolve(__dirname, 'portalProcess.ts'),
    env: { HARNESS_SETTINGS: JSON.stringify(settings), LOG_LEVEL: 'warn' },
  });
  const baseUrl = `http://127.0.0.1:${options.addresses.portalPort}/api/ai-mesh`;
  await untilKeysAreIssued(baseUrl, settings.keySecrets.length, child);
  return {
    keySecret,
    process: child,
    stop: signal => child.stop(signal),
    setBudget: (departmentRef, limitUsd) =>
      change(`${baseUrl}/v1/budgets/${encodeURIComponent(departmentRef)}`, {
        method: 'PUT',
        body: { limitUsd },
      }),
    async readBudget(departmentRef) {
      const { body } = await request(`${baseUrl}/v1/budgets`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const { items } = budgetPageSchema.parse(await body.json());
      const budget = items.find(each => each.departmentRef === departmentRef);
      if (!budget) throw new Error(`${departmentRef} has no budget`);
      return budget;
    },
    async revokeKey(secret) {
      const id = parseKey(secret)?.id;
      if (id === undefined) throw new Error('That is no key');
      await change(`${baseUrl}/v1/keys/${id}/revoke`, { method: 'POST' });
    },
  };
}

/** @throws Error unless the control plane answers with 200 */
async function change(
  url: string,
  options: { method: 'PUT' | 'POST'; body?: JsonObject },
): Promise<void> {
  const { statusCode, body } = await request(url, {
    method: options.method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(options.body ?? {}),
  });
  const text = await body.text();
  if (statusCode !== 200) {
    throw new Error(`${options.method} ${url} answered ${statusCode}: ${text}`);
  }
}

/** The seed runs after the start; waits for its keys, for at most 30 seconds. */
async function untilKeysAreIssued(
  baseUrl: string,
  count: number,
  child: NodeProcess<unknown>,
) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { body } = await request(`${baseUrl}/v1/keys`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const { total } = (await body.json()) as { total?: number };
    if (total !== undefined && total >= count) return;
    if (Date.now() > deadline) {
      await child.stop('SIGKILL');
      throw new Error(`The harness' keys were not issued:\n${child.output}`);
    }
    await new Promise(done => setTimeout(done, 100));
  }
}

/** Configuration that every backend of one installation shares. */
export function sharedConfig(addresses: Addresses, ownPort: number) {
  return {
    app: { baseUrl: `http://127.0.0.1:${ownPort}` },
    auth: { environment: 'development' },
    permission: { enabled: false },
    discovery: {
      endpoints: [
        {
          target: `http://127.0.0.1:${addresses.portalPort}/api/{{pluginId}}`,
          plugins: ['ai-mesh'],
        },
        {
          target: `http://127.0.0.1:${addresses.gatewayBackendPort}/api/{{pluginId}}`,
          plugins: ['ai-mesh-gateway'],
        },
      ],
    },
    aiMesh: { keys: { hashSecret: HASH_SECRET } },
  };
}

/** `backend` on one port of the loopback address. */
export function backendConfig(port: number): JsonObject {
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    listen: { host: '127.0.0.1', port },
  };
}

import type { Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { request } from 'undici';
import { createDatabase } from '../../../harness/database';
import { ROOT_REF } from '../../../harness/exampleCompany';
import { freePort } from '../../../harness/freePort';
import { startGateway } from '../../../harness/startGateway';
import { startPortal } from '../../../harness/startPortal';
import { Cleanup } from '../Cleanup';
import { requestBody } from '../load/messages';
import { keepOffFirstCore, runInBackground } from '../scheduling';
import { Subject, subjectOf } from '../Subject';
import { untilBooked } from '../untilBooked';

/** Of the key that calls: counted on every call, and never reached. */
export const GOVERNED_LIMITS: Limits = {
  requestsPerMinute: 100_000_000,
  tokensPerMinute: 1_000_000_000_000,
  parallelRequests: 100_000,
};

/** Row `governed`: `packages/gateway` as it is installed, with its control plane, and the calls in the ledger. */
export interface Governed extends Subject {
  /** Whether the calls are counted against {@link GOVERNED_LIMITS}. */
  hasLimits: boolean;
  /** Waits until the ledger has all calls, and says how many it has. */
  untilBooked(calls: number): Promise<number>;
}

/** Starts the control plane and the gateway, with everything on. */
export async function startGoverned(upstreamUrl: string): Promise<Governed> {
  const cleanup = new Cleanup();
  try {
    return await start(upstreamUrl, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(upstreamUrl: string, cleanup: Cleanup): Promise<Governed> {
  const database = await createDatabase('SQLITE_3');
  cleanup.add(() => database.remove());
  const addresses = {
    portalPort: await freePort(),
    gatewayBackendPort: await freePort(),
  };
  const portalOptions = {
    addresses,
    database,
    budgetsUsd: { [ROOT_REF]: '1000000' },
    keyLimits: GOVERNED_LIMITS,
  };
  const portal = await startPortal(portalOptions);
  cleanup.add(() => portal.stop());
  if (portal.process.pid !== undefined) {
    keepOffFirstCore(portal.process.pid);
    runInBackground(portal.process.pid);
  }
  process.env.AI_MESH_GATEWAY_PROCESSES = '1'; // the one that is measured
  const gateway = await startGateway({
    addresses,
    upstreamUrl,
    gatewayPort: await freePort(),
  });
  cleanup.add(() => gateway.remove());
  cleanup.add(() => gateway.stop());
  const subject = {
    ...subjectOf(gateway.process),
    name: 'governed',
    url: `${gateway.url}/chat/completions`,
    headers: { authorization: `Bearer ${portal.keySecret}` },
  };
  const hasLimits = await isLimited(subject);
  const ownCalls = 1; // of isLimited
  return {
    ...subject,
    hasLimits,
    untilBooked: async calls =>
      (await untilBooked({ database, requests: calls + ownCalls })) - ownCalls,
    stop: () => cleanup.run(),
  };
}

async function isLimited(subject: {
  url: string;
  headers: Record<string, string>;
}): Promise<boolean> {
  const { statusCode, headers, body } = await request(subject.url, {
    method: 'POST',
    headers: { ...subject.headers, 'content-type': 'application/json' },
    body: requestBody({ stream: false, promptBytes: 1 }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`governed: ${statusCode} ${text}`);
  return headers['x-ratelimit-limit-requests'] !== undefined;
}

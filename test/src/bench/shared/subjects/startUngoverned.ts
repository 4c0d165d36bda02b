import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NodeProcess } from '../../../harness/NodeProcess';
import { Subject, subjectOf } from '../Subject';

/**
 * Row `ungoverned`: the gateway's engine alone. The gateway has no switch that turns governance off: a route without
 * key, price, hold and journal does not exist. What this row lacks of `governed` is what surrounds the engine:
 * Backstage, the control plane (leases are granted and usage is accepted in memory), limits, budgets with an end.
 */
export async function startUngoverned(upstreamUrl: string): Promise<Subject> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ai-mesh-ungoverned-'));
  const child = await NodeProcess.start<{ url: string; key: string }>({
    script: resolve(__dirname, 'ungovernedProcess.ts'),
    env: { UPSTREAM_URL: upstreamUrl, DATA_DIRECTORY: dataDirectory },
  });
  return {
    ...subjectOf(child),
    name: 'ungoverned',
    url: `${child.ready.url}/chat/completions`,
    headers: { authorization: `Bearer ${child.ready.key}` },
    async stop() {
      await child.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

import { resolve } from 'node:path';
import { NodeProcess } from '../../../harness/NodeProcess';
import { Subject, subjectOf } from '../Subject';

/** Row `node-proxy`: the least that a proxy of `node:http` and `undici` can do. */
export async function startNodeProxy(upstreamUrl: string): Promise<Subject> {
  const child = await NodeProcess.start<{ url: string }>({
    script: resolve(__dirname, 'nodeProxyProcess.ts'),
    env: { UPSTREAM_URL: upstreamUrl },
  });
  return {
    ...subjectOf(child),
    name: 'node-proxy',
    url: `${child.ready.url}/v1/chat/completions`,
    headers: {},
    stop: () => child.stop(),
  };
}

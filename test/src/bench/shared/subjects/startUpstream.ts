import { resolve } from 'node:path';
import { NodeProcess } from '../../../harness/NodeProcess';

/** The provider behind everything that is measured. @param paceMs - between two events of a stream; 0: none */
export function startUpstream(
  paceMs = 0,
): Promise<NodeProcess<{ url: string }>> {
  return NodeProcess.start<{ url: string }>({
    script: resolve(__dirname, 'upstreamProcess.ts'),
    env: { PACE_MS: String(paceMs) },
  });
}

import { IncomingHttpHeaders } from 'node:http';
import { parseKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { hashesEqual } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { GatewayError } from '../errors';
import { Stage } from '../pipeline';
import { KeyHashes } from './KeyHashes';
import { SnapshotHolder } from '../snapshot/SnapshotHolder';

const BEARER = 'Bearer ';

/** Stage 2. Finds the key and proves it. Every cause has the same answer, so that nothing can be probed. */
export function createAuthenticateStage(options: {
  snapshots: SnapshotHolder;
  hashSecret: string;
  clock: () => number;
}): Stage {
  const hashes = new KeyHashes(options.hashSecret);
  return {
    name: 'authenticate',
    run(call) {
      const snapshot = options.snapshots.current;
      if (!snapshot) throw new GatewayError('not_ready');
      const secret = readSecret(call.request.headers);
      const parsed = secret === undefined ? undefined : parseKey(secret);
      const key = parsed && snapshot.keys.get(parsed.id);
      if (!key || !hashesEqual(hashes.of(parsed.secret), key.hash)) {
        throw new GatewayError('invalid_api_key');
      }
      if (key.expiresAtMs <= options.clock()) {
        // only who holds the secret learns that it has expired
        throw new GatewayError('invalid_api_key', {
          message: 'The API key has expired. Issue a new one in the portal.',
        });
      }
      call.snapshot = snapshot;
      call.key = key;
    },
  };
}

/** OpenAI clients send a bearer token, Azure OpenAI clients `api-key`, others `x-api-key`. */
function readSecret(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const scheme = authorization.slice(0, BEARER.length);
    return scheme.toLowerCase() === BEARER.toLowerCase()
      ? authorization.slice(BEARER.length).trim()
      : undefined;
  }
  const value = headers['api-key'] ?? headers['x-api-key'];
  return Array.isArray(value) ? value[0] : value;
}

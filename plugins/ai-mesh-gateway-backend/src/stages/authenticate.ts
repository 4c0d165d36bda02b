import { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors';
import { Stage } from '../pipeline';
import { ProvenKeys } from './ProvenKeys';
import { SnapshotHolder } from '../snapshot/SnapshotHolder';

const BEARER = 'Bearer ';

/** Stage 1. Finds the key and proves it. Every cause has the same answer, so that nothing can be probed. */
export function createAuthenticateStage(options: {
  snapshots: SnapshotHolder;
  hashSecret: string;
  clock: () => number;
}): Stage {
  const provenKeys = new ProvenKeys(options.hashSecret);
  return {
    name: 'authenticate',
    run(call) {
      const snapshot = options.snapshots.current;
      if (!snapshot) throw new GatewayError('not_ready');
      const secret = readSecret(call.request.headers);
      const key =
        secret === undefined ? undefined : provenKeys.find(snapshot, secret);
      if (!key) throw new GatewayError('invalid_api_key');
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

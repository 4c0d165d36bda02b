import os from 'node:os';
import path from 'node:path';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { HASH_SECRET_MIN_LENGTH } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { DEFAULT_LIMITS, GatewayLimits } from './limits';
import { RateLimitsConfig, readRateLimitsConfig } from './rateLimits';
import { CircuitOptions, DEFAULT_CIRCUIT } from './routing/CircuitBreaker';
import { ProviderOptions } from './upstream/ProviderOptions';
import { readProviders } from './upstream/readProviders';

/** The gateway's part of the configuration, read and checked. */
export interface GatewayConfig {
  listen: { host: string; port: number };
  dataDirectory: string;
  providers: Record<string, ProviderOptions>;
  hashSecret: string;
  limits: GatewayLimits;
  rateLimits: RateLimitsConfig;
  circuit: CircuitOptions;
}

/**
 * Reads `aiMeshGateway` and `aiMesh.keys.hashSecret`.
 *
 * @throws InputError that names the key and says what is expected
 */
export function readGatewayConfig(root: Config): GatewayConfig {
  const config = root.getOptionalConfig('aiMeshGateway');
  return {
    listen: {
      host: config?.getOptionalString('listen.host') ?? 'localhost',
      port: config?.getOptionalNumber('listen.port') ?? 4000,
    },
    dataDirectory: path.resolve(
      config?.getOptionalString('dataDirectory') ??
        path.join(os.tmpdir(), 'ai-mesh-gateway'),
    ),
    providers: readProviders(config?.getOptionalConfig('providers')),
    hashSecret: readHashSecret(root),
    limits: readCounts('limits', DEFAULT_LIMITS, config),
    rateLimits: readRateLimitsConfig(root),
    circuit: readCounts('circuit', DEFAULT_CIRCUIT, config),
  };
}

function readHashSecret(root: Config): string {
  const secret = root.getString('aiMesh.keys.hashSecret');
  if (secret.length < HASH_SECRET_MIN_LENGTH) {
    throw new InputError(
      `Cannot use aiMesh.keys.hashSecret: expected at least ${HASH_SECRET_MIN_LENGTH} characters, it has ${secret.length}`,
    );
  }
  return secret;
}

/** A group of whole numbers above zero, each with a default; no other names. */
function readCounts<Counts extends object>(
  group: string,
  defaults: Counts & Record<keyof Counts, number>,
  root: Config | undefined,
): Counts {
  const config = root?.getOptionalConfig(group);
  const counts = { ...defaults };
  for (const name of config?.keys() ?? []) {
    if (!isNameOf(name, defaults)) {
      throw new InputError(
        `Cannot use aiMeshGateway.${group}.${name}: there is no such setting`,
      );
    }
    const value = config?.getNumber(name) ?? 0;
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InputError(
        `Cannot use aiMeshGateway.${group}.${name}: expected a whole number above zero, current value is ${value}`,
      );
    }
    Object.assign(counts, { [name]: value });
  }
  return counts;
}

function isNameOf<T extends object>(
  name: string,
  of: T,
): name is string & keyof T {
  return Object.hasOwn(of, name);
}

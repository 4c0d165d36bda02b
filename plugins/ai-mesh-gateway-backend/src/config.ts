import os from 'node:os';
import path from 'node:path';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { HASH_SECRET_MIN_LENGTH } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { DEFAULT_LIMITS, GatewayLimits } from './limits';
import { ProviderOptions } from './upstream/Provider';

/** The gateway's part of the configuration, read and checked. */
export interface GatewayConfig {
  listen: { host: string; port: number };
  dataDirectory: string;
  providers: Record<string, ProviderOptions>;
  hashSecret: string;
  limits: GatewayLimits;
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
    limits: readLimits(config?.getOptionalConfig('limits')),
  };
}

function readProviders(
  config: Config | undefined,
): Record<string, ProviderOptions> {
  const providers: Record<string, ProviderOptions> = {};
  for (const id of config?.keys() ?? []) {
    const provider = config?.getConfig(id);
    if (provider) providers[id] = readProvider(id, provider);
  }
  return providers;
}

function readProvider(id: string, config: Config): ProviderOptions {
  const type = config.getString('type');
  if (type !== 'openai' && type !== 'azure-openai') {
    throw new InputError(
      `Cannot use aiMeshGateway.providers.${id}.type: expected "openai" or "azure-openai", current value is "${type}"`,
    );
  }
  const baseUrl = config.getString('baseUrl');
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new InputError(
      `Cannot use aiMeshGateway.providers.${id}.baseUrl: expected an address such as https://api.openai.com/v1, current value is "${baseUrl}"`,
    );
  }
  return {
    type,
    baseUrl,
    apiKey: config.getOptionalString('apiKey'),
    apiVersion: config.getOptionalString('apiVersion'),
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

function readLimits(config: Config | undefined): GatewayLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of config?.keys() ?? []) {
    if (!isLimit(name)) {
      throw new InputError(
        `Cannot use aiMeshGateway.limits.${name}: there is no such limit`,
      );
    }
    const value = config?.getNumber(name) ?? 0;
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InputError(
        `Cannot use aiMeshGateway.limits.${name}: expected a whole number above zero, current value is ${value}`,
      );
    }
    limits[name] = value;
  }
  return limits;
}

function isLimit(name: string): name is keyof GatewayLimits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}

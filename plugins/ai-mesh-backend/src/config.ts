import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { HASH_SECRET_MIN_LENGTH } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { BooksConfig, readBooksConfig } from './books/readBooksConfig';
import { BudgetConfig, readBudgetConfig } from './budgets/readBudgetConfig';
import { GpuConfig, readGpuConfig } from './gpu/readGpuConfig';
import { PriceConfig, readPriceConfig } from './prices/readPriceConfig';
import { readTrafficConfig } from './routing/readTrafficConfig';
import { TrafficConfig } from './routing/trafficConfigSchema';

const DEFAULT_GATEWAY_BASE_URL = 'http://localhost:4000/v1';

/** What the control plane takes from the configuration. */
export interface MeshConfig extends PriceConfig {
  hashSecret: string;
  gatewayBaseUrl: string;
  isDevelopment: boolean;
  /** Routing, limits and regions. */
  traffic: TrafficConfig;
  gpu: GpuConfig;
  budgeting: BudgetConfig;
  books: BooksConfig;
}

/** @throws InputError that says which setting is wrong and what to write there */
export function readMeshConfig(config: Config): MeshConfig {
  return {
    hashSecret: readHashSecret(config),
    gatewayBaseUrl: readGatewayBaseUrl(config),
    isDevelopment:
      config.getOptionalString('auth.environment') === 'development',
    ...readPriceConfig(config),
    traffic: readTrafficConfig(config),
    gpu: readGpuConfig(config),
    budgeting: readBudgetConfig(config),
    books: readBooksConfig(config),
  };
}

function readHashSecret(config: Config): string {
  const value: unknown = config.getOptional('aiMesh.keys.hashSecret');
  if (typeof value === 'string' && value.length >= HASH_SECRET_MIN_LENGTH) {
    return value;
  }
  throw new InputError(
    `Cannot start ai-mesh: aiMesh.keys.hashSecret is ${
      value ? 'too short' : 'missing'
    }. Set it to at least ${HASH_SECRET_MIN_LENGTH} random characters, for example from "openssl rand -base64 32", ` +
      `and keep it: with another secret every key that was issued stops working`,
  );
}

function readGatewayBaseUrl(config: Config): string {
  const key = 'aiMesh.gateway.baseUrl';
  const text = config.getOptionalString(key) ?? DEFAULT_GATEWAY_BASE_URL;
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InputError(
      `Cannot start ai-mesh: ${key} is "${text}", expected an address such as ${DEFAULT_GATEWAY_BASE_URL}`,
    );
  }
  return text.replace(/\/+$/, '');
}

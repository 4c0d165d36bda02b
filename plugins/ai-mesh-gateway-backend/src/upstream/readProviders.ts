import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { baseUrlProblem } from './baseUrlProblem';
import {
  EntraOptions,
  PROVIDER_TYPES,
  ProviderOptions,
  ProviderType,
} from './ProviderOptions';

const SETTINGS = [
  'type',
  'baseUrl',
  'apiKey',
  'headers',
  'allowPrivateAddress',
];
const AZURE_SETTINGS = [...SETTINGS, 'api', 'apiVersion', 'entra'];
const ENTRA_SETTINGS = [
  'tenantId',
  'clientId',
  'clientSecret',
  'managedIdentityClientId',
];

/** Set by the gateway, or about the connection. */
const OWN_HEADERS = new Set([
  'accept-encoding', // an answer that is packed cannot be read
  'anthropic-version',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-request-id',
]);
const CREDENTIAL_HEADERS = new Set(['api-key', 'authorization', 'x-api-key']);

/** Reads one provider. */
class ProviderReader {
  readonly #id: string;
  readonly #config: Config;

  constructor(id: string, config: Config) {
    this.#id = id;
    this.#config = config;
  }

  read(): ProviderOptions {
    const config = this.#config;
    const type = this.#type();
    this.#checkKeys(
      config,
      '',
      type === 'azure-openai' ? AZURE_SETTINGS : SETTINGS,
    );
    const allowPrivateAddress =
      config.getOptionalBoolean('allowPrivateAddress') ?? false;
    const baseUrl = this.#baseUrl(allowPrivateAddress);
    const entra = this.#entra();
    const apiKey = this.#apiKey(type, entra !== undefined);
    return {
      type,
      baseUrl,
      apiKey,
      headers: this.#headers(apiKey !== undefined || entra !== undefined),
      allowPrivateAddress,
      api: this.#api(),
      apiVersion: config.getOptionalString('apiVersion'),
      entra,
    };
  }

  #type(): ProviderType {
    const text = this.#config.getString('type');
    const type = PROVIDER_TYPES.find(each => each === text);
    if (!type) {
      this.#fail(
        'type',
        `expected ${oneOf(PROVIDER_TYPES)}, current value is "${text}"`,
      );
    }
    return type;
  }

  #baseUrl(allowPrivateAddress: boolean): string {
    const baseUrl = this.#config.getString('baseUrl');
    const problem = baseUrlProblem(baseUrl, allowPrivateAddress);
    if (problem) this.#fail('baseUrl', problem);
    return baseUrl;
  }

  #apiKey(type: ProviderType, hasEntra: boolean): string | undefined {
    const apiKey = this.#config.getOptionalString('apiKey');
    if (apiKey !== undefined) {
      if (hasEntra) this.#fail('apiKey', 'expected either it or entra');
      this.#checkHeaderValue('apiKey', apiKey);
    } else if (type === 'azure-openai' && !hasEntra) {
      this.#fail('apiKey', 'expected a key, or entra instead');
    } else if (type === 'openai' || type === 'anthropic') {
      this.#fail(
        'apiKey',
        'expected a key; a server that needs none is of the type "openai-compatible"',
      );
    }
    return apiKey;
  }

  #headers(hasCredentials: boolean): Record<string, string> | undefined {
    const values = this.#config.getOptional('headers');
    if (values === undefined) return undefined;
    if (typeof values !== 'object' || values === null) {
      this.#fail('headers', 'expected names and values');
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const key = `headers.${name}`;
      if (!isHeaderName(name)) this.#fail(key, 'expected a header name');
      if (typeof value !== 'string') this.#fail(key, 'expected a text');
      if (OWN_HEADERS.has(name.toLowerCase())) {
        this.#fail(key, 'expected another header: the gateway sets this one');
      }
      if (hasCredentials && CREDENTIAL_HEADERS.has(name.toLowerCase())) {
        this.#fail(key, 'expected either it or the apiKey or entra beside it');
      }
      this.#checkHeaderValue(key, value);
      headers[name] = value;
    }
    return headers;
  }

  #api(): 'deployments' | 'v1' | undefined {
    const api = this.#config.getOptionalString('api');
    if (api === undefined || api === 'deployments' || api === 'v1') return api;
    return this.#fail(
      'api',
      `expected "deployments" or "v1", current value is "${api}"`,
    );
  }

  #entra(): EntraOptions | undefined {
    const config = this.#config.getOptionalConfig('entra');
    if (!config) return undefined;
    this.#checkKeys(config, 'entra.', ENTRA_SETTINGS);
    const entra: EntraOptions = {
      tenantId: config.getOptionalString('tenantId'),
      clientId: config.getOptionalString('clientId'),
      clientSecret: config.getOptionalString('clientSecret'),
      managedIdentityClientId: config.getOptionalString(
        'managedIdentityClientId',
      ),
    };
    if (entra.clientSecret && !(entra.tenantId && entra.clientId)) {
      this.#fail('entra.clientSecret', 'expected tenantId and clientId too');
    }
    if (entra.managedIdentityClientId && (entra.tenantId || entra.clientId)) {
      this.#fail(
        'entra.managedIdentityClientId',
        'expected either it alone, or tenantId and clientId',
      );
    }
    return entra;
  }

  #checkKeys(config: Config, path: string, known: readonly string[]): void {
    for (const key of config.keys()) {
      if (!known.includes(key)) {
        this.#fail(
          `${path}${key}`,
          `this provider has no such setting, expected ${oneOf(known)}`,
        );
      }
    }
  }

  /** Keys read from files often end in a line break, which no header may have. */
  #checkHeaderValue(key: string, value: string): void {
    try {
      validateHeaderValue(key, value);
    } catch {
      this.#fail(key, 'expected no line break and no control character');
    }
  }

  #fail(key: string, problem: string): never {
    throw new InputError(
      `Cannot use aiMeshGateway.providers.${this.#id}.${key}: ${problem}`,
    );
  }
}

/**
 * Reads `aiMeshGateway.providers`.
 *
 * @throws InputError that names the key and says what is expected; never a secret
 */
export function readProviders(
  config: Config | undefined,
): Record<string, ProviderOptions> {
  const providers: Record<string, ProviderOptions> = {};
  for (const id of config?.keys() ?? []) {
    const provider = config?.getConfig(id);
    if (provider) providers[id] = new ProviderReader(id, provider).read();
  }
  return providers;
}

function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name);
    return true;
  } catch {
    return false;
  }
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map(name => `"${name}"`).join(', ')}`;
}

import type { TokenCredential } from '@azure/identity';
import { Logger } from '../../Logger';
import { createEntraCredential } from '../createEntraCredential';
import { EntraTokens } from '../EntraTokens';
import { ProviderOptions } from '../ProviderOptions';
import { Anthropic } from './Anthropic';
import { AzureOpenAi } from './AzureOpenAi';
import { OpenAi } from './OpenAi';
import { Vendor, VendorParts } from './Vendor';

const USER_AGENT = 'sovereign-ai-mesh-gateway';

/** What vendors need of the world; the defaults are the real thing. */
export interface VendorServices {
  logger?: Pick<Logger, 'warn'>;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Instead of the credential that the configuration asks for. */
  credential?: TokenCredential;
}

/** Makes the vendor of a provider. For a new vendor: one class, one line here, its type in `PROVIDER_TYPES`. */
export function createVendor(
  options: ProviderOptions,
  services: VendorServices,
): Vendor {
  const parts: VendorParts = {
    options,
    basePath: new URL(options.baseUrl).pathname.replace(/\/+$/, ''),
    headers: [
      'user-agent',
      USER_AGENT,
      ...Object.entries(options.headers ?? {}).flat(),
    ],
  };
  switch (options.type) {
    case 'openai':
    case 'openai-compatible':
      return new OpenAi(parts);
    case 'anthropic':
      return new Anthropic(parts);
    case 'azure-openai':
      return new AzureOpenAi(parts, createTokens(options, services));
    default:
      return options.type satisfies never;
  }
}

function createTokens(
  { entra }: ProviderOptions,
  { credential, clock, logger }: VendorServices,
): EntraTokens | undefined {
  if (!entra) return undefined;
  const createCredential = async () =>
    credential ?? createEntraCredential(entra);
  return new EntraTokens({ createCredential, clock, logger });
}

import { EntraTokens } from '../EntraTokens';
import { HeaderList, Vendor, VendorParts } from './Vendor';

const DEFAULT_API_VERSION = '2024-10-21';

/** These know the deployment by the body alone, in either shape of the address. */
const PATHS_WITHOUT_DEPLOYMENT = new Set(['/responses']);

/** Azure OpenAI, by key or by Entra ID, in both shapes of its address. */
export class AzureOpenAi implements Vendor {
  readonly protocol = 'openai';
  readonly #root: string;
  readonly #isV1: boolean;
  /** With its question mark, or empty. */
  readonly #query: string;
  readonly #headers: HeaderList;
  readonly #tokens: EntraTokens | undefined;
  /** The last joined headers, and the token that they hold: joined once a token, not once a call. */
  #joined: { credentials: HeaderList; headers: HeaderList } | undefined;

  constructor(parts: VendorParts, tokens: EntraTokens | undefined) {
    const { options, basePath, headers } = parts;
    this.#isV1 = options.api === 'v1';
    // the address is often copied with the end that it has in the portal
    const root = `${basePath.replace(/\/openai(\/v1)?$/, '')}/openai`;
    this.#root = this.#isV1 ? `${root}/v1` : root;
    const version =
      options.apiVersion ?? (this.#isV1 ? undefined : DEFAULT_API_VERSION);
    this.#query = version ? `?api-version=${encodeURIComponent(version)}` : '';
    this.#tokens = tokens;
    this.#headers =
      options.apiKey === undefined
        ? headers
        : [...headers, 'api-key', options.apiKey];
  }

  pathOf(model: string, upstreamPath: string): string {
    if (this.#isV1 || PATHS_WITHOUT_DEPLOYMENT.has(upstreamPath)) {
      return this.#root + upstreamPath + this.#query;
    }
    const deployment = encodeURIComponent(model);
    return `${this.#root}/deployments/${deployment}${upstreamPath}${
      this.#query
    }`;
  }

  headers(): HeaderList | Promise<HeaderList> {
    if (!this.#tokens) return this.#headers;
    const credentials = this.#tokens.headers();
    return credentials instanceof Promise
      ? credentials.then(each => this.#join(each))
      : this.#join(credentials);
  }

  close(): void {
    this.#tokens?.close();
  }

  #join(credentials: HeaderList): HeaderList {
    if (this.#joined?.credentials !== credentials) {
      const headers = [...this.#headers, ...credentials];
      this.#joined = { credentials, headers };
    }
    return this.#joined.headers;
  }
}

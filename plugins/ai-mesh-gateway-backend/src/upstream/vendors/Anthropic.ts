import { HeaderList, Vendor, VendorParts } from './Vendor';

/** The date of the protocol, not of a model. */
const VERSION = '2023-06-01';

/** Anthropic. It has one path; what comes by another one has been translated. */
export class Anthropic implements Vendor {
  readonly protocol = 'anthropic';
  readonly #path: string;
  readonly #headers: HeaderList;

  constructor({ options, basePath, headers }: VendorParts) {
    this.#path = `${basePath.replace(/\/v1$/, '')}/v1/messages`;
    this.#headers = [...headers, 'anthropic-version', VERSION];
    if (options.apiKey !== undefined) {
      this.#headers = [...this.#headers, 'x-api-key', options.apiKey];
    }
  }

  pathOf(): string {
    return this.#path;
  }

  headers(): HeaderList {
    return this.#headers;
  }
}

import { HeaderList, Vendor, VendorParts } from './Vendor';

/** OpenAI, and every server that speaks as it does. */
export class OpenAi implements Vendor {
  readonly protocol = 'openai';
  readonly #basePath: string;
  readonly #headers: HeaderList;

  constructor({ options, basePath, headers }: VendorParts) {
    this.#basePath = basePath;
    this.#headers =
      options.apiKey === undefined
        ? headers
        : [...headers, 'authorization', `Bearer ${options.apiKey}`];
  }

  pathOf(_model: string, upstreamPath: string): string {
    return this.#basePath + upstreamPath;
  }

  headers(): HeaderList {
    return this.#headers;
  }
}

import { ProviderOptions } from '../ProviderOptions';

/** The protocol that a provider speaks. A call in another one has to be translated. */
export type Protocol = 'openai' | 'anthropic';

/** Headers as name, value, name, value. */
export type HeaderList = readonly string[];

/** What is peculiar to one vendor of models. */
export interface Vendor {
  readonly protocol: Protocol;
  /**
   * Where a call goes.
   *
   * @param model - the model, as the vendor names it
   * @param upstreamPath - of the route, such as `/chat/completions`
   * @returns path and query
   */
  pathOf(model: string, upstreamPath: string): string;
  /** All headers but content type and request id. A promise only when the credentials are not at hand. */
  headers(): HeaderList | Promise<HeaderList>;
  /** Ends what runs in the background. */
  close?(): void;
}

/** What a vendor is made of. */
export interface VendorParts {
  options: ProviderOptions;
  /** Of the base address, without a slash at its end. */
  basePath: string;
  /** Sent with every call. */
  headers: HeaderList;
}

import { isError, ResponseError } from '@backstage/errors';
import { z } from 'zod';

const API_VERSION = '2023-01-01-preview';
const MAX_PAGES = 500;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const PAGE_TIMEOUT_MS = 60_000;

/** A meter, as far as prices need it. */
const retailItemSchema = z.object({
  currencyCode: z.string(),
  tierMinimumUnits: z.number(),
  retailPrice: z.number(),
  armRegionName: z.string(),
  effectiveStartDate: z.string(),
  meterName: z.string(),
  productName: z.string(),
  skuName: z.string(),
  serviceName: z.string(),
  unitOfMeasure: z.string(),
  type: z.string(),
  armSkuName: z.string().nullish(),
});

/** @see retailItemSchema */
export type RetailItem = z.output<typeof retailItemSchema>;

const pageSchema = z.object({
  Items: z.array(z.unknown()),
  NextPageLink: z.string().nullish(),
});

/**
 * Reads the Azure Retail Prices API. It needs no account.
 *
 * @see https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
export class RetailPricesClient {
  readonly #baseUrl: string;
  readonly #pause: (ms: number, signal?: AbortSignal) => Promise<void>;

  /** @param options - `pause`: waits between two attempts, in milliseconds */
  constructor(options: {
    baseUrl: string;
    pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  }) {
    this.#baseUrl = options.baseUrl;
    this.#pause = options.pause;
  }

  /**
   * All meters that a filter finds. What has another shape is left out: it is counted in `unreadable`.
   *
   * @param filter - OData, for example `armRegionName eq 'westeurope'`; values are case-sensitive
   * @throws ResponseError when the API refuses, or goes on failing
   */
  async find(
    filter: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ items: RetailItem[]; unreadable: number }> {
    const items: RetailItem[] = [];
    let unreadable = 0;
    let next: URL | undefined = this.#firstPage(filter);
    for (let page = 1; next; page++) {
      if (page > MAX_PAGES) {
        throw new Error(`The price list has more than ${MAX_PAGES} pages`);
      }
      const { Items, NextPageLink } = await this.#read(next, options.signal);
      for (const each of Items) {
        const result = retailItemSchema.safeParse(each);
        if (result.success) items.push(result.data);
        else unreadable += 1;
      }
      next = NextPageLink ? this.#nextPage(NextPageLink) : undefined;
    }
    return { items, unreadable };
  }

  #firstPage(filter: string): URL {
    const url = new URL('/api/retail/prices', this.#baseUrl);
    url.searchParams.set('api-version', API_VERSION);
    url.searchParams.set('currencyCode', 'USD');
    url.searchParams.set('$filter', filter);
    return url;
  }

  /** A list that points elsewhere is not followed: nobody agreed to call that host. */
  #nextPage(link: string): URL {
    const { origin } = new URL(this.#baseUrl);
    const url = URL.canParse(link) ? new URL(link) : undefined;
    if (url?.origin === origin) return url;
    throw new Error(`The next page of the price list is not at ${origin}`);
  }

  async #read(url: URL, signal?: AbortSignal) {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === ATTEMPTS;
      let pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1);
      try {
        const timeout = AbortSignal.timeout(PAGE_TIMEOUT_MS);
        const response = await fetch(url, {
          redirect: 'error',
          headers: { accept: 'application/json' },
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        if (response.ok) return pageSchema.parse(await response.json());
        const isPassing = response.status === 429 || response.status >= 500;
        if (!isPassing || isLast) {
          throw await ResponseError.fromResponse(response);
        }
        await response.body?.cancel();
        pauseMs = retryAfterMs(response) ?? pauseMs;
      } catch (error) {
        if (isLast || signal?.aborted || !isNetworkError(error)) throw error;
      }
      await this.#pause(Math.min(pauseMs, LONGEST_PAUSE_MS), signal);
    }
  }
}

/** `fetch` says TypeError of every failure of the network, and TimeoutError of ours. */
function isNetworkError(error: unknown): boolean {
  return (
    isError(error) &&
    (error.name === 'TypeError' || error.name === 'TimeoutError')
  );
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return seconds >= 0 ? seconds * 1000 : undefined;
}

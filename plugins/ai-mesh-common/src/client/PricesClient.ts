import { z } from 'zod';
import {
  PriceDecision,
  PriceHistory,
  priceHistoryQuerySchema,
  priceHistorySchema,
  PriceImport,
  priceImportSchema,
  PricePage,
  pricePageSchema,
  PriceProposal,
  priceProposalPageSchema,
  priceProposalQuerySchema,
  priceProposalSchema,
  priceQuerySchema,
  PriceUpload,
} from '../schemas';
import { MeshRequester, RequestOptions, toQuery } from './MeshRequester';

/** The price book. Every method throws `ResponseError`. @public */
export interface PricesApi {
  /** The prices that hold now. */
  list(
    query?: z.input<typeof priceQuerySchema>,
    options?: RequestOptions,
  ): Promise<PricePage>;
  /** Every version of one price, recorded last first. */
  history(
    query: z.input<typeof priceHistoryQuerySchema>,
    options?: RequestOptions,
  ): Promise<PriceHistory>;
  /** Changes that wait for a person, or waited; offered last first. */
  listProposals(
    query?: z.input<typeof priceProposalQuerySchema>,
    options?: RequestOptions,
  ): Promise<{ items: PriceProposal[]; total: number }>;
  approve(
    id: string,
    decision: PriceDecision,
    options?: RequestOptions,
  ): Promise<PriceProposal>;
  reject(
    id: string,
    decision: PriceDecision,
    options?: RequestOptions,
  ): Promise<PriceProposal>;
  /** What a file would change; its mistakes are in the answer. */
  preview(file: PriceUpload, options?: RequestOptions): Promise<PriceImport>;
  /** Takes a file over, or nothing of it when a row is wrong. */
  import(file: PriceUpload, options?: RequestOptions): Promise<PriceImport>;
}

/** {@link PricesApi} over HTTP. */
export class PricesClient implements PricesApi {
  readonly #requester: MeshRequester;

  constructor(requester: MeshRequester) {
    this.#requester = requester;
  }

  list(query: z.input<typeof priceQuerySchema> = {}, options?: RequestOptions) {
    return this.#requester.request(
      `/v1/prices${toQuery(query)}`,
      pricePageSchema,
      options,
    );
  }

  history(
    query: z.input<typeof priceHistoryQuerySchema>,
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/prices/history${toQuery(query)}`,
      priceHistorySchema,
      options,
    );
  }

  listProposals(
    query: z.input<typeof priceProposalQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/prices/proposals${toQuery(query)}`,
      priceProposalPageSchema,
      options,
    );
  }

  approve(id: string, decision: PriceDecision, options?: RequestOptions) {
    return this.#decide(id, 'approve', decision, options);
  }

  reject(id: string, decision: PriceDecision, options?: RequestOptions) {
    return this.#decide(id, 'reject', decision, options);
  }

  preview(file: PriceUpload, options?: RequestOptions) {
    return this.#send('/v1/prices/import?preview=true', file, options);
  }

  import(file: PriceUpload, options?: RequestOptions) {
    return this.#send('/v1/prices/import', file, options);
  }

  #decide(
    id: string,
    verb: 'approve' | 'reject',
    decision: PriceDecision,
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/prices/proposals/${encodeURIComponent(id)}/${verb}`,
      priceProposalSchema,
      { ...options, method: 'POST', body: decision },
    );
  }

  #send(path: string, file: PriceUpload, options?: RequestOptions) {
    return this.#requester.request(path, priceImportSchema, {
      ...options,
      method: 'POST',
      body: file,
    });
  }
}

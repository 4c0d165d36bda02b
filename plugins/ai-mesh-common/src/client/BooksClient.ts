import { z } from 'zod';
import {
  BookMonth,
  BookMonthList,
  bookMonthListSchema,
  bookMonthSchema,
  DataQuality,
  dataQualitySchema,
  FlaggedLine,
  flaggedLinePageSchema,
  flaggedLineQuerySchema,
  Invoice,
  InvoiceDetails,
  invoiceDetailsSchema,
  invoicePageSchema,
  InvoicePosting,
  invoicePostingSchema,
  invoiceQuerySchema,
  InvoiceUpload,
  invoiceUploadResultSchema,
  QuarantineDismissal,
  QuarantinedRecord,
  quarantinedRecordSchema,
  quarantinePageSchema,
  quarantineQuerySchema,
} from '../schemas/books';
import { ExportedFile } from './FocusClient';
import { MeshRequester, RequestOptions, toQuery } from './MeshRequester';

/** Months, invoices and the quality of the data. Every method throws `ResponseError`. @public */
export interface BooksApi {
  /** All months since the first posting, the newest first. */
  listMonths(options?: RequestOptions): Promise<BookMonthList>;
  /** Freezes a month for ever. */
  closeMonth(month: string, options?: RequestOptions): Promise<BookMonth>;
  /** The statement of a closed month, byte by byte the same each time. */
  downloadStatement(
    month: string,
    format: 'json' | 'csv',
    options?: RequestOptions,
  ): Promise<ExportedFile>;
  /** Uploaded last first. */
  listInvoices(
    query?: z.input<typeof invoiceQuerySchema>,
    options?: RequestOptions,
  ): Promise<{ items: Invoice[]; total: number }>;
  /** Takes a file, or nothing of it when a row is wrong. */
  uploadInvoice(
    upload: InvoiceUpload,
    options?: RequestOptions,
  ): Promise<{ invoices: InvoiceDetails[] }>;
  getInvoice(id: number, options?: RequestOptions): Promise<InvoiceDetails>;
  /** Posts what is missing, so that the ledger says what the invoice says. */
  postDifference(id: number, options?: RequestOptions): Promise<InvoicePosting>;
  getQuality(month: string, options?: RequestOptions): Promise<DataQuality>;
  listFlaggedLines(
    query: z.input<typeof flaggedLineQuerySchema>,
    options?: RequestOptions,
  ): Promise<{ items: FlaggedLine[]; total: number }>;
  /** Received last first. */
  listQuarantine(
    query?: z.input<typeof quarantineQuerySchema>,
    options?: RequestOptions,
  ): Promise<{ items: QuarantinedRecord[]; total: number }>;
  dismissRecord(
    id: number,
    dismissal: QuarantineDismissal,
    options?: RequestOptions,
  ): Promise<QuarantinedRecord>;
  /** Tries to book a record again: what was wrong may be right since an update. */
  retryRecord(id: number, options?: RequestOptions): Promise<QuarantinedRecord>;
}

/** {@link BooksApi} over HTTP. */
export class BooksClient implements BooksApi {
  readonly #requester: MeshRequester;

  constructor(requester: MeshRequester) {
    this.#requester = requester;
  }

  listMonths(options?: RequestOptions) {
    return this.#get('/months', bookMonthListSchema, options);
  }

  closeMonth(month: string, options?: RequestOptions) {
    return this.#post(`/months/${month}/close`, bookMonthSchema, {}, options);
  }

  async downloadStatement(
    month: string,
    format: 'json' | 'csv',
    options?: RequestOptions,
  ) {
    const response = await this.#requester.send(
      `/v1/books/months/${month}/statement${toQuery({ format })}`,
      options,
    );
    return {
      name: `statement-${month}.${format}`,
      content: await response.blob(),
    };
  }

  listInvoices(
    query: z.input<typeof invoiceQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#get(`/invoices${toQuery(query)}`, invoicePageSchema, options);
  }

  uploadInvoice(upload: InvoiceUpload, options?: RequestOptions) {
    return this.#post('/invoices', invoiceUploadResultSchema, upload, options);
  }

  getInvoice(id: number, options?: RequestOptions) {
    return this.#get(`/invoices/${id}`, invoiceDetailsSchema, options);
  }

  postDifference(id: number, options?: RequestOptions) {
    return this.#post(
      `/invoices/${id}/post-difference`,
      invoicePostingSchema,
      {},
      options,
    );
  }

  getQuality(month: string, options?: RequestOptions) {
    return this.#get(
      `/quality${toQuery({ month })}`,
      dataQualitySchema,
      options,
    );
  }

  listFlaggedLines(
    query: z.input<typeof flaggedLineQuerySchema>,
    options?: RequestOptions,
  ) {
    return this.#get(
      `/quality/lines${toQuery(query)}`,
      flaggedLinePageSchema,
      options,
    );
  }

  listQuarantine(
    query: z.input<typeof quarantineQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#get(
      `/quarantine${toQuery(query)}`,
      quarantinePageSchema,
      options,
    );
  }

  dismissRecord(
    id: number,
    dismissal: QuarantineDismissal,
    options?: RequestOptions,
  ) {
    return this.#post(
      `/quarantine/${id}/dismiss`,
      quarantinedRecordSchema,
      dismissal,
      options,
    );
  }

  retryRecord(id: number, options?: RequestOptions) {
    return this.#post(
      `/quarantine/${id}/retry`,
      quarantinedRecordSchema,
      {},
      options,
    );
  }

  #get<T extends z.ZodTypeAny>(
    path: string,
    schema: T,
    options?: RequestOptions,
  ) {
    return this.#requester.request(`/v1/books${path}`, schema, options);
  }

  #post<T extends z.ZodTypeAny>(
    path: string,
    schema: T,
    body: unknown,
    options?: RequestOptions,
  ) {
    return this.#requester.request(`/v1/books${path}`, schema, {
      ...options,
      method: 'POST',
      body,
    });
  }
}

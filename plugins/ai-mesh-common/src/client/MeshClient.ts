import { z } from 'zod';
import { KeyId } from '../keys/keyFormat';
import {
  Application,
  applicationPageSchema,
  Department,
  departmentPageSchema,
  GatewayKey,
  gatewayKeyPageSchema,
  gatewayKeySchema,
  IssuedKey,
  issuedKeySchema,
  KeyIssue,
  keyQuerySchema,
  Model,
  modelPageSchema,
  PortalInfo,
  portalInfoSchema,
  ReplicaList,
  replicaListSchema,
  SpendReport,
  spendQuerySchema,
  spendReportSchema,
} from '../schemas';
import { BooksApi, BooksClient } from './BooksClient';
import { BudgetsApi, BudgetsClient } from './BudgetsClient';
import { FocusApi, FocusClient } from './FocusClient';
import { GpuApi, GpuClient } from './GpuClient';
import {
  MeshClientOptions,
  MeshRequester,
  RequestOptions,
  toQuery,
} from './MeshRequester';
import { PricesApi, PricesClient } from './PricesClient';

/** One page of a list. @public */
export interface Page<T> {
  items: T[];
  total: number;
}

/** The control plane, as pages and tools use it. Every method throws `ResponseError`. @public */
export interface MeshApi {
  getInfo(options?: RequestOptions): Promise<PortalInfo>;
  listModels(options?: RequestOptions): Promise<Page<Model>>;
  listDepartments(options?: RequestOptions): Promise<Page<Department>>;
  /** Applications of the departments in which the caller may issue keys. */
  listApplications(options?: RequestOptions): Promise<Page<Application>>;
  listKeys(
    query?: z.input<typeof keyQuerySchema>,
    options?: RequestOptions,
  ): Promise<Page<GatewayKey>>;
  issueKey(request: KeyIssue, options?: RequestOptions): Promise<IssuedKey>;
  revokeKey(id: KeyId, options?: RequestOptions): Promise<GatewayKey>;
  getSpend(
    query: z.input<typeof spendQuerySchema>,
    options?: RequestOptions,
  ): Promise<SpendReport>;
  /** The replicas of the gateway that were heard of within a day, and what is wrong with the routing. */
  listReplicas(options?: RequestOptions): Promise<ReplicaList>;
  /** Budgets, their top-ups and their alerts. */
  readonly budgets: BudgetsApi;
  /** The price book. */
  readonly prices: PricesApi;
  /** What GPUs cost. */
  readonly gpu: GpuApi;
  /** Months, invoices and the quality of the data. */
  readonly books: BooksApi;
  /** Exports for finance tools. */
  readonly focus: FocusApi;
}

/** {@link MeshApi} over HTTP. @public */
export class MeshClient implements MeshApi {
  readonly #requester: MeshRequester;
  readonly budgets: BudgetsApi;
  readonly prices: PricesApi;
  readonly gpu: GpuApi;
  readonly focus: FocusApi;
  readonly books: BooksApi;

  constructor(options: MeshClientOptions) {
    this.#requester = new MeshRequester(options);
    this.budgets = new BudgetsClient(this.#requester);
    this.prices = new PricesClient(this.#requester);
    this.gpu = new GpuClient(this.#requester);
    this.focus = new FocusClient(this.#requester);
    this.books = new BooksClient(this.#requester);
  }

  getInfo(options?: RequestOptions) {
    return this.#requester.request('/v1/info', portalInfoSchema, options);
  }

  listModels(options?: RequestOptions) {
    return this.#requester.request('/v1/models', modelPageSchema, options);
  }

  listDepartments(options?: RequestOptions) {
    return this.#requester.request(
      '/v1/departments',
      departmentPageSchema,
      options,
    );
  }

  listApplications(options?: RequestOptions) {
    return this.#requester.request(
      '/v1/applications',
      applicationPageSchema,
      options,
    );
  }

  listKeys(
    query: z.input<typeof keyQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/keys${toQuery(query)}`,
      gatewayKeyPageSchema,
      options,
    );
  }

  issueKey(request: KeyIssue, options?: RequestOptions) {
    return this.#requester.request('/v1/keys', issuedKeySchema, {
      ...options,
      method: 'POST',
      body: request,
    });
  }

  revokeKey(id: KeyId, options?: RequestOptions) {
    return this.#requester.request(
      `/v1/keys/${encodeURIComponent(id)}/revoke`,
      gatewayKeySchema,
      { ...options, method: 'POST', body: {} },
    );
  }

  getSpend(query: z.input<typeof spendQuerySchema>, options?: RequestOptions) {
    return this.#requester.request(
      `/v1/spend${toQuery(query)}`,
      spendReportSchema,
      options,
    );
  }

  listReplicas(options?: RequestOptions) {
    return this.#requester.request(
      '/v1/gateway/replicas',
      replicaListSchema,
      options,
    );
  }
}

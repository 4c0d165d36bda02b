import { ResponseError } from '@backstage/errors';
import { z } from 'zod';
import { KeyId } from '../keys/keyFormat';
import {
  Application,
  applicationPageSchema,
  Budget,
  budgetPageSchema,
  budgetSchema,
  BudgetUpdate,
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

/** One page of a list. @public */
export interface Page<T> {
  items: T[];
  total: number;
}

/** How long a call may take. @public */
export interface RequestOptions {
  signal?: AbortSignal;
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
  /** The budgets that the caller may see, in the order of the tree. */
  listBudgets(options?: RequestOptions): Promise<Page<Budget>>;
  setBudget(
    departmentRef: string,
    update: BudgetUpdate,
    options?: RequestOptions,
  ): Promise<Budget>;
  /** The replicas of the gateway that were heard of within a day, and what is wrong with the routing. */
  listReplicas(options?: RequestOptions): Promise<ReplicaList>;
}

/** {@link MeshApi} over HTTP. @public */
export class MeshClient implements MeshApi {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  getInfo(options?: RequestOptions) {
    return this.#request('/v1/info', portalInfoSchema, options);
  }

  listModels(options?: RequestOptions) {
    return this.#request('/v1/models', modelPageSchema, options);
  }

  listDepartments(options?: RequestOptions) {
    return this.#request('/v1/departments', departmentPageSchema, options);
  }

  listApplications(options?: RequestOptions) {
    return this.#request('/v1/applications', applicationPageSchema, options);
  }

  listKeys(
    query: z.input<typeof keyQuerySchema> = {},
    options?: RequestOptions,
  ) {
    return this.#request(
      `/v1/keys${toQuery(query)}`,
      gatewayKeyPageSchema,
      options,
    );
  }

  issueKey(request: KeyIssue, options?: RequestOptions) {
    return this.#request('/v1/keys', issuedKeySchema, {
      ...options,
      method: 'POST',
      body: request,
    });
  }

  revokeKey(id: KeyId, options?: RequestOptions) {
    return this.#request(
      `/v1/keys/${encodeURIComponent(id)}/revoke`,
      gatewayKeySchema,
      { ...options, method: 'POST', body: {} },
    );
  }

  getSpend(query: z.input<typeof spendQuerySchema>, options?: RequestOptions) {
    return this.#request(
      `/v1/spend${toQuery(query)}`,
      spendReportSchema,
      options,
    );
  }

  listBudgets(options?: RequestOptions) {
    return this.#request('/v1/budgets', budgetPageSchema, options);
  }

  setBudget(
    departmentRef: string,
    update: BudgetUpdate,
    options?: RequestOptions,
  ) {
    return this.#request(
      `/v1/budgets/${encodeURIComponent(departmentRef)}`,
      budgetSchema,
      { ...options, method: 'PUT', body: update },
    );
  }

  listReplicas(options?: RequestOptions) {
    return this.#request('/v1/gateway/replicas', replicaListSchema, options);
  }

  async #request<T extends z.ZodTypeAny>(
    path: string,
    schema: T,
    options?: RequestOptions & { method?: string; body?: unknown },
  ): Promise<z.output<T>> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('ai-mesh');
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, {
      method: options?.method ?? 'GET',
      signal: options?.signal,
      ...(options?.body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(options.body),
      }),
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    return schema.parse(await response.json());
  }
}

function toQuery(query: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

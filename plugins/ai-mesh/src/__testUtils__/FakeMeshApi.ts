import {
  FocusApi,
  formatKey,
  GatewayKey,
  GpuApi,
  IssuedKey,
  KEY_RANDOM_BYTES,
  KeyId,
  KeyIssue,
  MeshApi,
  Page,
  PortalInfo,
  ReplicaList,
  SpendReport,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { NotFoundError } from '@backstage/errors';
import { APPLICATIONS, DEPARTMENTS, MODELS } from './demoCompany';
import { FakeBooks } from './FakeBooks';
import { FakeBudgetsApi } from './fakeBudgets';
import { fakeGpuCosts } from './fakeGpu';
import { FakePrices } from './FakePrices';
import { fakeReplicas } from './fakeReplicas';
import { fakeSpend } from './fakeSpend';

/** The control plane in memory: the same answers every time, for tests and for the pages without a backend. */
export class FakeMeshApi implements MeshApi {
  readonly #now: () => Date;
  readonly budgets: FakeBudgetsApi;
  readonly prices = new FakePrices();
  readonly books = new FakeBooks();
  readonly gpu: GpuApi = {
    getCosts: async query => fakeGpuCosts(query, this.#now()),
    reportUsage: async ({ records }) => ({
      booked: records.length,
      waiting: 0,
      repeated: 0,
      rejected: [],
    }),
  };
  readonly focus: FocusApi = {
    exportMonth: async ({ month, version = '1.4', format = 'csv' }) => ({
      name: `focus-${version}-${month}.${format}`,
      content: new Blob(['BilledCost\r\n12.5\r\n']),
    }),
  };
  #keys: GatewayKey[];

  constructor(options: { now: () => Date }) {
    this.#now = options.now;
    this.#keys = [
      'Support bot, production',
      'Support bot, staging',
      'Mail sorter',
    ].map((name, index) =>
      this.#toKey(index, {
        name,
        applicationRef: APPLICATIONS[index === 2 ? 1 : 0].ref,
        models:
          index === 0
            ? ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small']
            : ['gpt-4o-mini'],
        expiresInDays: [90, 7, 30][index],
        criticality: index === 2 ? 'non-critical' : 'critical',
        limits:
          index === 0
            ? { requestsPerMinute: 600, tokensPerMinute: 200_000 }
            : undefined,
      }),
    );
    this.#keys[2] = {
      ...this.#keys[2],
      status: 'revoked',
      revokedAt: this.#at(-1),
      canRevoke: true,
    };
    this.budgets = new FakeBudgetsApi(options);
  }

  async getInfo(): Promise<PortalInfo> {
    return {
      gatewayBaseUrl: 'http://localhost:4000/v1',
      keyDepartmentRefs: ['group:default/customer-care'],
    };
  }

  async listModels() {
    return page(MODELS);
  }

  async listDepartments() {
    return page(DEPARTMENTS);
  }

  async listApplications() {
    return page(APPLICATIONS);
  }

  async listKeys(query: Parameters<MeshApi['listKeys']>[0] = {}) {
    const search = query.search?.toLowerCase() ?? '';
    return page(
      this.#keys.filter(
        key =>
          key.name.toLowerCase().includes(search) &&
          (query.status === undefined || key.status === query.status),
      ),
    );
  }

  async issueKey(request: KeyIssue): Promise<IssuedKey> {
    const { secret } = secretOf(this.#keys.length);
    const key = this.#toKey(this.#keys.length, request);
    this.#keys = [
      { ...key, issuedAt: this.#at(0), lastUsedAt: undefined },
      ...this.#keys,
    ];
    return { key, secret };
  }

  async revokeKey(id: KeyId): Promise<GatewayKey> {
    const key = this.#keys.find(each => each.id === id);
    if (!key) throw new NotFoundError('No such key');
    const revoked: GatewayKey = {
      ...key,
      status: 'revoked',
      revokedAt: this.#at(0),
    };
    this.#keys = this.#keys.map(each => (each.id === id ? revoked : each));
    return revoked;
  }

  async getSpend(
    query: Parameters<MeshApi['getSpend']>[0],
  ): Promise<SpendReport> {
    return fakeSpend(query, this.#now());
  }

  async listReplicas(): Promise<ReplicaList> {
    return fakeReplicas(this.#now());
  }

  #toKey(index: number, request: KeyIssue): GatewayKey {
    const { id, secret } = secretOf(index);
    const application = APPLICATIONS.find(
      each => each.ref === request.applicationRef,
    );
    return {
      id,
      name: request.name,
      lastFour: secret.slice(-4),
      applicationRef: request.applicationRef,
      departmentRef: application?.departmentRef ?? DEPARTMENTS[0].ref,
      models: request.models,
      criticality: request.criticality ?? 'critical',
      limits: request.limits ?? {},
      status: 'active',
      issuedBy: 'user:default/dana',
      issuedAt: this.#at(-index),
      expiresAt: this.#at(request.expiresInDays - index),
      lastUsedAt: index === 1 ? undefined : this.#at(-index / 10),
      canRevoke: true,
    };
  }

  /** Days from now. */
  #at(days: number): string {
    return new Date(this.#now().getTime() + days * 86_400_000).toISOString();
  }
}

function secretOf(index: number) {
  return formatKey(
    Uint8Array.from(
      { length: KEY_RANDOM_BYTES },
      (_, place) => (place * 7 + index * 13) % 62,
    ),
  );
}

function page<T>(items: T[]): Page<T> {
  return { items, total: items.length };
}

import {
  KeyId,
  keyIssueSchema,
  KeyQuery,
  Limits,
  Page,
  ParsedKey,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { NotFoundError } from '@backstage/errors';
import { z } from 'zod';
import { ChangeSignal } from '../changes/ChangeSignal';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentService } from '../departments/DepartmentService';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { ModelService } from '../models/ModelService';
import { KnownKeys } from '../ledger/usageToLines';
import { KeySnapshotSource, SnapshotKey } from './KeySnapshotSource';
import { KeyStore } from './KeyStore';
import { KeyView, StoredKey, toKeyView } from './StoredKey';

/** What is needed to issue a key; whoever asks from outside was checked against the schema. */
export type KeyRequest = z.input<typeof keyIssueSchema>;

const MS_A_DAY = 24 * 60 * 60 * 1000;
const MS_A_MINUTE = 60 * 1000;

/** The rules of gateway keys. Asks nobody for permission: see {@link AuthorizedKeyService}. */
export class KeyService implements KeySnapshotSource, KnownKeys {
  readonly #options: KeyServiceOptions;
  /** Keys are never deleted: what is on record stays there. */
  readonly #seen = new Set<KeyId>();

  constructor(options: KeyServiceOptions) {
    this.#options = options;
  }

  /**
   * Issues a key. Its secret is in the answer and nowhere else, ever again.
   *
   * @param options - `chosen`: a key made elsewhere, for demos; with an id that exists, that key is answered
   * @throws InvalidFieldsError when the application or a model does not exist
   */
  async issue(
    request: KeyRequest,
    options: { issuedBy: string; chosen?: ParsedKey },
  ): Promise<{ key: KeyView; secret: string }> {
    const { store, changes, hashSecret, now } = this.#options;
    const departmentRef = await this.#checkRequest(request);
    const { id, secret } = options.chosen ?? generateKey();
    const issuedAt = now();
    const key: StoredKey = {
      id,
      name: request.name,
      hash: hashKey(secret, hashSecret),
      lastFour: secret.slice(-4),
      applicationRef: request.applicationRef,
      departmentRef,
      models: [...new Set(request.models)],
      criticality: request.criticality ?? 'critical',
      limits: request.limits ?? {},
      issuedBy: options.issuedBy,
      issuedAt,
      expiresAt: new Date(
        issuedAt.getTime() + request.expiresInDays * MS_A_DAY,
      ),
    };
    const isNew = await store.add(key);
    if (isNew) changes.changed();
    return {
      key: isNew ? toKeyView(key, issuedAt) : await this.get(id),
      secret,
    };
  }

  /** @throws NotFoundError when there is no such key */
  async get(id: KeyId): Promise<KeyView> {
    const key = await this.#options.store.find(id);
    if (!key) throw new NotFoundError(`There is no key "${id}"`);
    return toKeyView(key, this.#options.now());
  }

  /**
   * Closes a key for good. Doing it again changes nothing.
   *
   * @throws NotFoundError when there is no such key
   */
  async revoke(id: KeyId, options: { revokedBy: string }): Promise<KeyView> {
    const { store, changes, now } = this.#options;
    await store.revoke(id, { by: options.revokedBy, at: now() });
    changes.changed();
    return this.get(id);
  }

  /** @param options - `departmentRefs`: the only departments whose keys are listed and counted */
  async list(
    query: KeyQuery,
    options: { departmentRefs: readonly string[] },
  ): Promise<Page<KeyView>> {
    const now = this.#options.now();
    const { departmentRefs } = options;
    const { keys, total } = await this.#options.store.list(
      { ...query, departmentRefs },
      { now },
    );
    return { items: keys.map(key => toKeyView(key, now)), total };
  }

  async forSnapshot(): Promise<SnapshotKey[]> {
    const { store, departments, defaultLimits, now } = this.#options;
    const tree = await departments.tree();
    const keys = await store.listActive({ now: now() });
    // a department that has left the catalog has no budget: its keys open nothing
    const payable = keys.filter(key => tree.find(key.departmentRef));
    return payable.map(key => ({
      id: key.id,
      hash: key.hash,
      applicationRef: key.applicationRef,
      departmentRef: key.departmentRef,
      models: key.models,
      expiresAt: key.expiresAt.toISOString(),
      criticality: key.criticality,
      limits: { ...defaultLimits, ...key.limits },
    }));
  }

  /** Those of the ids that were ever issued, revoked ones too. A key that was found once is not asked for again. */
  async knownOf(ids: readonly KeyId[]): Promise<ReadonlySet<KeyId>> {
    const unseen = ids.filter(id => !this.#seen.has(id));
    if (unseen.length > 0) {
      const { store } = this.#options;
      for (const id of await store.knownOf(unseen)) this.#seen.add(id);
    }
    return new Set(ids.filter(id => this.#seen.has(id)));
  }

  async noteUsed(uses: { keyId: KeyId; at: Date }[]): Promise<void> {
    const latest = new Map<KeyId, Date>();
    for (const { keyId, at } of uses) {
      const minute = new Date(at.getTime() - (at.getTime() % MS_A_MINUTE));
      const known = latest.get(keyId);
      if (!known || known < minute) latest.set(keyId, minute);
    }
    await this.#options.store.touchLastUsed(latest);
  }

  /** @returns the department that pays */
  async #checkRequest(request: KeyRequest): Promise<string> {
    const { applications, models } = this.#options;
    const application = await applications.find(request.applicationRef);
    if (!application) {
      throw new InvalidFieldsError({
        applicationRef: `there is no application "${request.applicationRef}" that a department owns`,
      });
    }
    const known = new Set((await models.list()).map(each => each.name));
    const unknown = request.models.filter(each => !known.has(each));
    if (unknown.length > 0) {
      const names = unknown.map(each => `"${each}"`).join(', ');
      throw new InvalidFieldsError({ models: `there is no model ${names}` });
    }
    return application.departmentRef;
  }
}

/** What a {@link KeyService} works with. */
export interface KeyServiceOptions {
  store: KeyStore;
  applications: ApplicationService;
  departments: DepartmentService;
  models: ModelService;
  changes: ChangeSignal;
  /** `aiMesh.keys.hashSecret` */
  hashSecret: string;
  /** `aiMesh.limits.defaultKey`: for each limit that a key does not set itself. */
  defaultLimits?: Limits;
  now: () => Date;
}

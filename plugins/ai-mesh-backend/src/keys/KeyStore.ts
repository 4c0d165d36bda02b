import { KeyId, KeyQuery } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { StoredKey } from './StoredKey';

/** Which keys to list. */
export interface KeyFilter extends KeyQuery {
  /** Only keys of these departments, in the page and in the total. */
  departmentRefs: readonly string[];
}

/** Keeps gateway keys. */
export interface KeyStore {
  /** @returns false when there is a key with this id already; it stays as it is */
  add(key: StoredKey): Promise<boolean>;
  find(id: KeyId): Promise<StoredKey | undefined>;
  /** Those of the ids that were ever issued. */
  knownOf(ids: readonly KeyId[]): Promise<ReadonlySet<KeyId>>;
  /** Has no effect on a key that was revoked before. */
  revoke(id: KeyId, options: { by: string; at: Date }): Promise<void>;
  list(
    filter: KeyFilter,
    options: { now: Date },
  ): Promise<{ keys: StoredKey[]; total: number }>;
  /** Neither revoked nor expired, ordered by id. */
  listActive(options: { now: Date }): Promise<StoredKey[]>;
  /** Never moves a last use backwards. */
  touchLastUsed(uses: ReadonlyMap<KeyId, Date>): Promise<void>;
}

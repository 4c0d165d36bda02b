import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  GatewayKey,
  IssuedKey,
  KeyId,
  keyIssuePermission,
  KeyQuery,
  keyReadPermission,
  keyRevokePermission,
  Page,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { KeyRequest, KeyService } from './KeyService';
import { KeyView } from './StoredKey';

interface Caller {
  credentials: BackstageCredentials;
  /** Entity reference of a person, or the name of a service: stands in the record of what was done. */
  subject: string;
}

/** The rules of {@link KeyService} for those who may. */
export class AuthorizedKeyService {
  readonly #keys: KeyService;
  readonly #applications: ApplicationService;
  readonly #access: DepartmentAccess;

  constructor(options: {
    keys: KeyService;
    applications: ApplicationService;
    access: DepartmentAccess;
  }) {
    this.#keys = options.keys;
    this.#applications = options.applications;
    this.#access = options.access;
  }

  /** @throws NotAllowedError also for an application that does not exist, so that nobody can probe for names */
  async issue(request: KeyRequest, caller: Caller): Promise<IssuedKey> {
    const allowed = await this.#access.allowedRefs(keyIssuePermission, caller);
    const application = await this.#applications.find(request.applicationRef);
    if (!application || !allowed.includes(application.departmentRef)) {
      throw new NotAllowedError(
        `You may not issue keys for application "${request.applicationRef}", or there is no such application`,
      );
    }
    const { key, secret } = await this.#keys.issue(request, {
      issuedBy: caller.subject,
    });
    return { key: await this.#present(key, caller), secret };
  }

  /** @throws NotFoundError also for a key that the caller may not see */
  async revoke(id: KeyId, caller: Caller): Promise<GatewayKey> {
    const { departmentRef } = await this.#keys.get(id);
    await this.#requireRevocable(id, departmentRef, caller);
    const key = await this.#keys.revoke(id, { revokedBy: caller.subject });
    return this.#present(key, caller);
  }

  async list(query: KeyQuery, caller: Caller): Promise<Page<GatewayKey>> {
    const [departmentRefs, revocable] = await Promise.all([
      this.#access.allowedRefs(keyReadPermission, caller),
      this.#revocable(caller),
    ]);
    const page = await this.#keys.list(query, { departmentRefs });
    return {
      items: page.items.map(key => withCanRevoke(key, revocable)),
      total: page.total,
    };
  }

  async #requireRevocable(id: KeyId, departmentRef: string, caller: Caller) {
    const revocable = await this.#revocable(caller);
    if (revocable.has(departmentRef)) return;
    const readable = await this.#access.allowedRefs(keyReadPermission, caller);
    if (readable.includes(departmentRef)) {
      throw new NotAllowedError(
        `You may not revoke keys of department "${departmentRef}"`,
      );
    }
    throw new NotFoundError(`There is no key "${id}"`);
  }

  async #present(key: KeyView, caller: Caller): Promise<GatewayKey> {
    return withCanRevoke(key, await this.#revocable(caller));
  }

  async #revocable(caller: Caller): Promise<Set<string>> {
    return new Set(await this.#access.allowedRefs(keyRevokePermission, caller));
  }
}

/** A key that is revoked or expired is closed already. */
function withCanRevoke(key: KeyView, revocable: Set<string>): GatewayKey {
  const canRevoke = key.status === 'active' && revocable.has(key.departmentRef);
  return { ...key, canRevoke };
}

import {
  Criticality,
  GatewayKey,
  KeyId,
  Limits,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A gateway key as it is kept: a hash, never the secret. */
export interface StoredKey {
  id: KeyId;
  name: string;
  /** HMAC-SHA-256 of the secret, hex. Leaves only in a snapshot, for gateways. */
  hash: string;
  lastFour: string;
  applicationRef: string;
  departmentRef: string;
  models: string[];
  criticality: Criticality;
  /** The key's own; defaults come in with the snapshot. */
  limits: Limits;
  issuedBy: string;
  issuedAt: Date;
  expiresAt: Date;
  revokedAt?: Date;
  revokedBy?: string;
  lastUsedAt?: Date;
}

/** A key as people see it. What {@link StoredKey} holds beyond this stays inside. */
export type KeyView = Omit<GatewayKey, 'canRevoke'>;

/** A key as lists show it at a moment, without its hash. */
export function toKeyView(key: StoredKey, now: Date): KeyView {
  return {
    id: key.id,
    name: key.name,
    lastFour: key.lastFour,
    applicationRef: key.applicationRef,
    departmentRef: key.departmentRef,
    models: key.models,
    criticality: key.criticality,
    limits: key.limits,
    status: statusOf(key, now),
    issuedBy: key.issuedBy,
    issuedAt: key.issuedAt.toISOString(),
    expiresAt: key.expiresAt.toISOString(),
    revokedAt: key.revokedAt?.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString(),
  };
}

function statusOf(key: StoredKey, now: Date): GatewayKey['status'] {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt <= now ? 'expired' : 'active';
}

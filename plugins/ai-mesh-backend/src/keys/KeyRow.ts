import {
  criticalitySchema,
  KeyId,
  limitsSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { StoredKey } from './StoredKey';

const modelsSchema = z.array(z.string());

/** A row of `gateway_keys`. */
export interface KeyRow {
  id: string;
  name: string;
  hash: string;
  last_four: string;
  application_ref: string;
  department_ref: string;
  models: string;
  criticality: string;
  limits: string;
  issued_by: string;
  issued_at: string;
  expires_at: string;
  revoked_at: string | null;
  revoked_by: string | null;
  last_used_at: string | null;
}

export function toKeyRow(key: StoredKey): KeyRow {
  return {
    id: key.id,
    name: key.name,
    hash: key.hash,
    last_four: key.lastFour,
    application_ref: key.applicationRef,
    department_ref: key.departmentRef,
    models: JSON.stringify(key.models),
    criticality: key.criticality,
    limits: JSON.stringify(key.limits),
    issued_by: key.issuedBy,
    issued_at: key.issuedAt.toISOString(),
    expires_at: key.expiresAt.toISOString(),
    revoked_at: key.revokedAt?.toISOString() ?? null,
    revoked_by: key.revokedBy ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}

export function fromKeyRow(row: KeyRow): StoredKey {
  return {
    id: row.id as KeyId,
    name: row.name,
    hash: row.hash,
    lastFour: row.last_four,
    applicationRef: row.application_ref,
    departmentRef: row.department_ref,
    models: modelsSchema.parse(JSON.parse(row.models)),
    criticality: criticalitySchema.parse(row.criticality),
    limits: limitsSchema.parse(JSON.parse(row.limits)),
    issuedBy: row.issued_by,
    issuedAt: new Date(row.issued_at),
    expiresAt: new Date(row.expires_at),
    revokedAt: toDate(row.revoked_at),
    revokedBy: row.revoked_by ?? undefined,
    lastUsedAt: toDate(row.last_used_at),
  };
}

function toDate(text: string | null): Date | undefined {
  return text === null ? undefined : new Date(text);
}

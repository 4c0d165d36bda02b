import { z } from 'zod';
import { KeyId } from '../keys/keyFormat';
import { criticalitySchema, limitsSchema } from './routing';
import {
  entityRefSchema,
  pageQuerySchema,
  pageSchema,
  timestampSchema,
} from './shared';

/** @public */
export const keyIdSchema = z
  .string()
  .regex(/^[0-9A-Za-z]{12}$/, 'expected the id of a key')
  .transform((text): KeyId => text as KeyId);

/** Whether a key opens the gateway. @public */
export const keyStatusSchema = z.enum(['active', 'expired', 'revoked']);

/** A gateway key as lists show it: without its secret, which nobody can read again. @public */
export const gatewayKeySchema = z.object({
  id: keyIdSchema,
  name: z.string(),
  /** The last four characters of the secret, to tell keys apart. */
  lastFour: z.string(),
  applicationRef: z.string(),
  departmentRef: z.string(),
  /** The models that the key may call. */
  models: z.array(z.string()),
  /** Whether a cheaper model may stand in for its calls: only when it is not critical. */
  criticality: criticalitySchema.default('critical'),
  /** The key's own limits; what is absent is left to the defaults of the gateway's configuration. */
  limits: limitsSchema.default({}),
  status: keyStatusSchema,
  issuedBy: z.string(),
  issuedAt: timestampSchema,
  expiresAt: timestampSchema,
  revokedAt: timestampSchema.optional(),
  /** Coarse: within a minute. Absent when never used. */
  lastUsedAt: timestampSchema.optional(),
  /** Whether the caller may revoke it. */
  canRevoke: z.boolean(),
});

/** @public */
export type GatewayKey = z.output<typeof gatewayKeySchema>;

/** @public */
export const gatewayKeyPageSchema = pageSchema(gatewayKeySchema);

/** The longest that a key may live, in days. @public */
export const KEY_MAX_DAYS = 365;

/** What is needed to issue a key. @public */
export const keyIssueSchema = z
  .object({
    name: z
      .string()
      .trim()
      .min(1, 'give the key a name')
      .max(64, 'at most 64 characters'),
    applicationRef: entityRefSchema,
    models: z
      .array(z.string().min(1))
      .min(1, 'choose at least one model')
      .max(100),
    expiresInDays: z
      .number()
      .int('whole days')
      .min(1, 'at least one day')
      .max(KEY_MAX_DAYS, `at most ${KEY_MAX_DAYS} days`),
    criticality: criticalitySchema.default('critical'),
    limits: limitsSchema.strict().default({}),
  })
  .strict();

/** @public */
export type KeyIssue = z.input<typeof keyIssueSchema>;

/** The answer to issuing a key: the only time that the secret is shown. @public */
export const issuedKeySchema = z.object({
  key: gatewayKeySchema,
  secret: z.string(),
});

/** @public */
export type IssuedKey = z.output<typeof issuedKeySchema>;

/** @public */
export const keyQuerySchema = pageQuerySchema.extend({
  departmentRef: entityRefSchema.optional(),
  applicationRef: entityRefSchema.optional(),
  status: keyStatusSchema.optional(),
  /** Part of a name, in any case. */
  search: z.string().max(100).optional(),
  orderBy: z.enum(['name', 'issuedAt', 'expiresAt']).default('issuedAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

/** @public */
export type KeyQuery = z.output<typeof keyQuerySchema>;

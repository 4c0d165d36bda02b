import { z } from 'zod';
import { keyIdSchema } from './keys';
import {
  budgetMeasureSchema,
  budgetScopeSchema,
  scopeBudgetSchema,
} from './budgetScopes';
import { modelKindSchema, tokenClassSchema } from './models';
import {
  criticalitySchema,
  limitsSchema,
  releaseStageSchema,
  routingSchema,
  servedBecauseSchema,
  serviceTierSchema,
  targetTierSchema,
} from './routing';
import { countSchema, picoUsdSchema, timestampSchema } from './shared';

/** A key as a gateway holds it: enough to check a caller, not enough to be one. @public */
export const snapshotKeySchema = z.object({
  id: keyIdSchema,
  /** HMAC-SHA-256 of the secret, hex. */
  hash: z.string().length(64),
  applicationRef: z.string(),
  departmentRef: z.string(),
  models: z.array(z.string()),
  expiresAt: timestampSchema,
  criticality: criticalitySchema.default('critical'),
  limits: limitsSchema.default({}),
  /** Absent: the key has no budget of its own. */
  budget: scopeBudgetSchema.optional(),
});

/** Decimal US dollars per unit, by what is counted. @public */
export const ratesSchema = z.partialRecord(tokenClassSchema, z.string());

/** @public */
export type Rates = z.output<typeof ratesSchema>;

/** Rates that hold for the whole request when its input is long. @public */
export const longContextSchema = z.object({
  /** They hold when all tokens of the input together are more than this. */
  aboveInputTokens: z.number().int().min(1),
  /** All classes that the price knows, not only those that differ. */
  rates: ratesSchema,
});

/** A version of a price, with all that a gateway needs to hold and to settle. @public */
export const snapshotPriceSchema = z.object({
  priceVersionId: z.string(),
  /** A class without a rate is never served for free: see worstCase. */
  rates: ratesSchema,
  /** By rising threshold; the last one that the input passes holds. */
  longContext: z.array(longContextSchema).default([]),
});

/** Where calls of a model go, and what they cost there. @public */
export const snapshotTargetSchema = z.object({
  id: z.string(),
  /** Id of a provider in the gateway's own configuration, which holds address and secret. */
  provider: z.string(),
  providerModel: z.string(),
  ...snapshotPriceSchema.shape,
  /** Prices of other tiers of service, where the provider sells them. */
  serviceTiers: z
    .partialRecord(serviceTierSchema.exclude(['standard']), snapshotPriceSchema)
    .default({}),
  /** Share of the calls among targets of the same order and stage. */
  weight: z.number().min(0).default(1),
  /** Targets of a higher order are only called when those below are full or failing: spill-over. */
  order: z.number().int().min(0).default(0),
  tier: targetTierSchema.default('standard'),
  /** Where it computes, as the company names its regions; absent when unknown. */
  region: z.string().optional(),
  stage: releaseStageSchema.default('stable'),
});

/** A route: what a model name resolves to, and its price. @public */
export const snapshotModelSchema = z.object({
  name: z.string(),
  kind: modelKindSchema,
  contextTokens: z.number().int(),
  maxOutputTokens: z.number().int(),
  targets: z.array(snapshotTargetSchema).min(1),
  routing: routingSchema.prefault({}),
  limits: limitsSchema.default({}),
});

/** A department as a gateway holds it. @public */
export const snapshotDepartmentSchema = z.object({
  ref: z.string(),
  /** Grows with each change of a budget on the way to the root; a lease of a lower epoch is handed back. */
  budgetEpoch: z.number().int(),
  limits: limitsSchema.default({}),
  /** The regions where its data may be computed; absent: everywhere. */
  regions: z.array(z.string()).optional(),
  /** What thresholds of budgets, its own or above it, ask for at present. */
  measures: z.array(budgetMeasureSchema).default([]),
  /** Budgets of single models on the way to the root, by model. */
  modelBudgets: scopeBudgetSchema.shape.models,
});

/** An application that has limits or a budget. @public */
export const snapshotApplicationSchema = z.object({
  ref: z.string(),
  limits: limitsSchema.default({}),
  /** Absent: it has no budget of its own. */
  budget: scopeBudgetSchema.optional(),
});

/** All that a gateway needs to serve, as one consistent picture. @public */
export const snapshotSchema = z.object({
  /** Changes with the content; opaque. */
  version: z.string(),
  generatedAt: timestampSchema,
  keys: z.array(snapshotKeySchema),
  models: z.array(snapshotModelSchema),
  departments: z.array(snapshotDepartmentSchema),
  applications: z.array(snapshotApplicationSchema).default([]),
});

/** @public */
export type Snapshot = z.output<typeof snapshotSchema>;

/** As it is written: what has a default may be left out. @public */
export type SnapshotInput = z.input<typeof snapshotSchema>;

/** `GET /v1/gateway/snapshot`: waits up to `waitMs` for a version other than `since`, then answers 304. @public */
export const snapshotQuerySchema = z.object({
  since: z.string().optional(),
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0),
});

/** `POST /v1/gateway/leases`: a gateway asks for money to hold against. @public */
export const leaseRequestSchema = z.object({
  /** Stable name of the gateway process, kept on its disk. */
  replicaId: z.string().min(1).max(100),
  requests: z
    .array(
      budgetScopeSchema.extend({
        /** The least that helps: the worst case of the calls that wait. */
        neededPicoUsd: picoUsdSchema,
      }),
    )
    .max(1000),
});

/** @public */
export type LeaseRequest = z.input<typeof leaseRequestSchema>;

/** The answer to one lease request. @public */
export const leaseResultSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('granted'),
    departmentRef: z.string(),
    leaseId: z.string(),
    /** At least what was needed. Already taken from every budget level. */
    grantedPicoUsd: picoUsdSchema,
    budgetEpoch: z.number().int(),
    /** From here on no new hold; the rest is handed back. */
    expiresAt: timestampSchema,
    /** The budget is nearly used up: for the calls that wait only, and the rest goes back as soon as they end. */
    isEndGame: z.boolean().default(false),
  }),
  z.object({
    outcome: z.literal('refused'),
    departmentRef: z.string(),
    /** The department, application, key or cost centre whose budget does not cover the need. */
    refusedByRef: z.string(),
    budgetEpoch: z.number().int(),
  }),
]);

/** @public */
export type LeaseResult = z.output<typeof leaseResultSchema>;

/** @public */
export const leaseResponseSchema = z.object({
  leases: z.array(leaseResultSchema),
});

/**
 * `POST /v1/gateway/leases/release`: hands leases back. Sent only after every usage line of the lease was
 * acknowledged. The control plane knows what is left: granted less booked. `keepPicoUsd` of it stays held,
 * for calls that were sent to a provider and whose end nobody saw (a crash).
 * @public
 */
export const leaseReleaseSchema = z.object({
  replicaId: z.string().min(1).max(100),
  releases: z
    .array(z.object({ leaseId: z.string(), keepPicoUsd: picoUsdSchema }))
    .max(1000),
});

/** @public */
export type LeaseRelease = z.input<typeof leaseReleaseSchema>;

/**
 * What can be odd about a provider's count: `usage-mismatch`, its parts do not sum to its totals; `unpriced-class`,
 * a class was booked at another one's rate, because the price has none of its own.
 */
const usageOddity = z.enum(['usage-mismatch', 'unpriced-class']);

/** What one attempt at a provider used. @public */
export const usageRecordSchema = z.object({
  requestId: z.string().min(1).max(100),
  attempt: z.number().int().min(1),
  keyId: keyIdSchema,
  applicationRef: z.string(),
  departmentRef: z.string(),
  /** The model that served the call; its price is booked. */
  model: z.string(),
  /** The model that was asked for, where another one served the call. */
  requestedModel: z.string().optional(),
  servedBecause: servedBecauseSchema.default('requested'),
  /** What the call would have cost at the model that was asked for, less its own cost: the saving. */
  avoidedPicoUsd: picoUsdSchema.optional(),
  targetId: z.string(),
  /** Absent for usage that was never held, such as imported history. */
  leaseId: z.string().optional(),
  occurredAt: timestampSchema,
  durationMs: z.number().int().min(0),
  streamed: z.boolean(),
  /** True when the provider reported no usage and the tokens were counted or bounded by the gateway. */
  estimated: z.boolean(),
  /** As what the provider billed it. */
  serviceTier: serviceTierSchema.default('standard'),
  /** What the gateway found odd; kept with the lines. */
  oddities: z.array(usageOddity).default([]),
  lines: z
    .array(
      z.object({
        tokenClass: tokenClassSchema,
        tokens: countSchema,
        priceVersionId: z.string(),
        costPicoUsd: picoUsdSchema,
      }),
    )
    .min(1),
});

/** As the control plane reads it: money is `bigint`. @public */
export type UsageRecord = z.output<typeof usageRecordSchema>;

/** As a gateway sends it: money is text. @public */
export type UsageRecordMessage = z.input<typeof usageRecordSchema>;

/** `POST /v1/gateway/usage`: may be sent again at will; a record is booked once. @public */
export const usageRequestSchema = z.object({
  replicaId: z.string().min(1).max(100),
  /** Checked one by one by the control plane, so that one bad record does not hold up the others. */
  records: z.array(z.unknown()).max(2000),
});

/** @public */
export const usageResponseSchema = z.object({
  booked: z.number().int(),
  repeated: z.number().int(),
  /** Malformed records: kept in quarantine by the control plane, not to be sent again. */
  rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
});

/** @public */
export type UsageResponse = z.output<typeof usageResponseSchema>;

import { z } from 'zod';
import { picoUsdSchema } from './shared';

/** Whether a cheaper model may stand in. A key's, unless the request says otherwise of itself. @public */
export const criticalitySchema = z.enum(['critical', 'non-critical']);

/** @public */
export type Criticality = z.output<typeof criticalitySchema>;

/** `candidate` targets take the canary's share of the calls, `stable` ones the rest. @public */
export const releaseStageSchema = z.enum(['stable', 'candidate']);

/** @public */
export type ReleaseStage = z.output<typeof releaseStageSchema>;

/** `provisioned`: paid for by the hour, used or not (Azure PTU), and therefore full first. @public */
export const targetTierSchema = z.enum(['standard', 'provisioned']);

/**
 * The class of service that a provider bills a call as: `priority` is dearer and faster, `flex` and `batch` cheaper
 * and slower, `provisioned` paid for by the hour.
 * @public
 */
export const serviceTierSchema = z.enum([
  'standard',
  'priority',
  'flex',
  'batch',
  'provisioned',
]);

/** @public */
export type ServiceTier = z.output<typeof serviceTierSchema>;

/** Why a call left its target, or its model. @public */
export const fallbackCauseSchema = z.enum([
  'error',
  'rate-limit',
  'timeout',
  'context-length',
  'content-filter',
  'budget',
]);

/** @public */
export type FallbackCause = z.output<typeof fallbackCauseSchema>;

/** Why a model served a call: it was asked for, or something else decided. @public */
export const servedBecauseSchema = z.enum([
  'requested',
  'fallback',
  'specialist',
  'cache',
  'shadow',
]);

/** @public */
export type ServedBecause = z.output<typeof servedBecauseSchema>;

/** How much may be asked for in a minute and at once; what is absent is not limited. @public */
export const limitsSchema = z.object({
  requestsPerMinute: z.number().int().min(1).optional(),
  /** Input as bounded before the call, and output as allowed. */
  tokensPerMinute: z.number().int().min(1).optional(),
  parallelRequests: z.number().int().min(1).optional(),
});

/** @public */
export type Limits = z.output<typeof limitsSchema>;

/** A model that stands in when the one that was asked for cannot serve. @public */
export const fallbackSchema = z.object({
  model: z.string(),
  on: z.array(fallbackCauseSchema).min(1),
  /** `non-critical`: only for calls that are not critical. */
  calls: z.enum(['all', 'non-critical']).default('non-critical'),
});

/** Copies of calls for a candidate, on the side. @public */
export const shadowSchema = z.object({
  model: z.string(),
  /** Share of the calls, above 0 to 1. */
  share: z.number().gt(0).max(1),
  /** Whose budget pays. */
  departmentRef: z.string(),
  /** What the copies may cost in a UTC day, on each replica. */
  dailyCapPicoUsd: picoUsdSchema,
});

/** A small model that takes the calls for which the large one is more than the task needs. All conditions hold. @public */
export const specialistSchema = z.object({
  model: z.string(),
  /** Values of the request header `x-ai-mesh-task`. */
  tasks: z.array(z.string()).optional(),
  /** Bytes of the request's body, at most. */
  maxBodyBytes: z.number().int().min(1).optional(),
  /** Names of gateway routes, such as `chat`. */
  routes: z.array(z.string()).optional(),
  /** Id of a classifier that a module adds. */
  classifier: z.string().optional(),
});

/** How the calls of a model find their target. @public */
export const routingSchema = z.object({
  balance: z
    .enum(['weighted', 'least-in-flight', 'fastest'])
    .default('weighted'),
  /** Attempts at further targets of the same model, before a fallback. */
  retries: z.number().int().min(0).max(5).default(2),
  /** Share of the calls for `candidate` targets, 0 to 1; the same caller stays on the same side. */
  candidateShare: z.number().min(0).max(1).default(0),
  fallbacks: z.array(fallbackSchema).default([]),
  specialists: z.array(specialistSchema).default([]),
  shadow: shadowSchema.optional(),
  /** How long an equal request is answered from memory, in seconds; absent: never. */
  cacheSeconds: z.number().int().min(1).max(86_400).optional(),
});

/** @public */
export type Routing = z.output<typeof routingSchema>;

import { z } from 'zod';
import { fallbackCauseSchema, releaseStageSchema } from './routing';
import { timestampSchema } from './shared';

/** How a target does, as one replica of the gateway sees it. @public */
export const targetHealthSchema = z.object({
  id: z.string(),
  model: z.string(),
  provider: z.string(),
  stage: releaseStageSchema,
  /** `open`: it failed too often and is left alone; `half-open`: one call tries it. */
  circuit: z.enum(['closed', 'open', 'half-open']),
  inFlight: z.number().int().min(0),
  /** Calls that ended within the last minute. */
  calls: z.number().int().min(0),
  failures: z.number().int().min(0),
  /** Time to the first byte, in milliseconds, smoothed; absent before the first call. */
  latencyMs: z.number().min(0).optional(),
  lastFailure: z
    .object({ at: timestampSchema, cause: fallbackCauseSchema })
    .optional(),
});

/** @public */
export type TargetHealth = z.output<typeof targetHealthSchema>;

/** `POST /v1/gateway/status`: what a replica of the gateway says of itself, every few seconds. @public */
export const replicaStatusSchema = z.object({
  replicaId: z.string().min(1).max(100),
  startedAt: timestampSchema,
  /** Version of the snapshot in force; absent before the first. */
  snapshotVersion: z.string().optional(),
  activeCalls: z.number().int().min(0),
  /** Usage in the journal that the control plane does not have. */
  undeliveredRecords: z.number().int().min(0),
  oldestUndeliveredAt: timestampSchema.optional(),
  /** Copies for candidates that were not sent, because the queue was full or the cap reached. */
  droppedShadows: z.number().int().min(0).default(0),
  /** Where limits are counted; `fallback`: the shared store does not answer, so this replica's share holds. */
  limits: z.enum(['memory', 'shared', 'fallback']),
  targets: z.array(targetHealthSchema),
});

/** @public */
export type ReplicaStatus = z.output<typeof replicaStatusSchema>;

/** The answer to a status. @public */
export const replicaStatusResponseSchema = z.object({
  /** Replicas that were heard of lately, the asking one among them: without a shared store, limits are divided by it. */
  aliveReplicas: z.number().int().min(1),
});

/** A replica as the portal shows it. @public */
export const replicaSchema = replicaStatusSchema.extend({
  lastSeenAt: timestampSchema,
  /** Whether it was heard of lately. */
  isAlive: z.boolean(),
});

/** @public */
export type Replica = z.output<typeof replicaSchema>;

/** A part of the configured routing that is left out, for example a fallback to a model that is not there. @public */
export const routingProblemSchema = z.object({
  /** Where it stands in the configuration: `aiMesh.routing.gpt-4o.fallbacks[0]`. */
  setting: z.string(),
  problem: z.string(),
});

/** @public */
export type RoutingProblem = z.output<typeof routingProblemSchema>;

/** `GET /v1/gateway/replicas`. @public */
export const replicaListSchema = z.object({
  items: z.array(replicaSchema),
  routingProblems: z.array(routingProblemSchema).default([]),
});

/** @public */
export type ReplicaList = z.output<typeof replicaListSchema>;

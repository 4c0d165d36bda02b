import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import {
  entityRefSchema,
  fallbackSchema,
  limitsSchema,
  parseUsd,
  routingSchema,
  shadowSchema,
  snapshotTargetSchema,
  specialistSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';

const limits = settings(limitsSchema.shape);
const entityRef = entityRefSchema.transform(text =>
  stringifyEntityRef(parseEntityRef(text)),
);
const groupRef = entityRef.refine(ref => ref.startsWith('group:'), {
  message: 'expected a Group such as group:default/customer-care',
});

/** What may be said of a target, the catalog's own one too. Each has the default of the snapshot. */
const targetAttributes = {
  weight: snapshotTargetSchema.shape.weight,
  order: snapshotTargetSchema.shape.order,
  tier: snapshotTargetSchema.shape.tier,
  region: snapshotTargetSchema.shape.region,
  stage: snapshotTargetSchema.shape.stage,
};

const furtherTarget = settings({
  ...targetAttributes,
  id: z.string().min(1),
  provider: z.string().min(1),
  providerModel: z.string().min(1),
  /** Its key in the price book. */
  price: z.string().min(1),
});

const usd = z
  .string({
    error: `expected text in quotes such as '5.00', because a number in YAML is not exact`,
  })
  .transform((text, context) => {
    try {
      const amount = parseUsd(text);
      if (amount >= 0n) return amount;
      context.addIssue('expected no amount below zero');
    } catch (error) {
      context.addIssue(isError(error) ? error.message : 'expected an amount');
    }
    return z.NEVER;
  });

const shadow = settings({
  model: shadowSchema.shape.model,
  share: shadowSchema.shape.share,
  departmentRef: groupRef,
  dailyCapUsd: usd,
});

const modelRouting = settings({
  ...routingSchema.shape,
  catalogTarget: settings(targetAttributes).prefault({}),
  targets: z.array(furtherTarget).superRefine(refuseTwins).default([]),
  fallbacks: z.array(settings(fallbackSchema.shape)).default([]),
  specialists: z.array(settings(specialistSchema.shape)).default([]),
  shadow: shadow.optional(),
  limits: limits.default({}),
});

/** `aiMesh.routing.<model>`, checked, with its defaults. */
export type ModelRouting = z.output<typeof modelRouting>;

/** The parts of `aiMesh` that say where calls go and how many there may be. */
export const trafficConfigSchema = z.object({
  routing: byName(z.string(), modelRouting),
  limits: settings({
    departments: byName(groupRef, limits),
    applications: byName(entityRef, limits),
    defaultKey: limits.default({}),
  }).prefault({}),
  departments: byName(
    groupRef,
    settings({ regions: z.array(z.string().min(1)).min(1).optional() }),
  ),
});

/** @see trafficConfigSchema */
export type TrafficConfig = z.output<typeof trafficConfigSchema>;

/** An object that takes no other keys, and says which ones it takes. */
function settings<T extends z.core.$ZodShape>(shape: T) {
  return z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown ${issue.keys.map(each => `"${each}"`).join(', ')}, ` +
          `expected ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

/** A map, because a model may be called `constructor`. */
function byName<T extends z.ZodType>(
  name: z.ZodType<string, string>,
  value: T,
) {
  return z
    .record(name, value)
    .optional()
    .transform(each => new Map(Object.entries<z.output<T>>(each ?? {})));
}

function refuseTwins(
  targets: { id: string }[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [index, { id }] of targets.entries()) {
    if (seen.has(id)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'id'],
        message: `expected another id: "${id}" is there twice`,
      });
    }
    seen.add(id);
  }
}

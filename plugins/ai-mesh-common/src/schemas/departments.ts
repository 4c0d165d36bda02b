import { z } from 'zod';
import { entityRefSchema, pageSchema, picoUsdSchema } from './shared';

/** A department: a catalog Group that takes part in the tree of budgets. @public */
export const departmentSchema = z.object({
  /** The Group's entity reference. */
  ref: z.string(),
  title: z.string(),
  /** The Group's `spec.type`, for example `organization`, `business-unit` or `department`. */
  type: z.string(),
  parentRef: z.string().optional(),
  /** From the annotation `ai-mesh.io/cost-centre`; inherited from the parent when absent. */
  costCentre: z.string().optional(),
  /** Steps from the root of the tree: 0 for the organisation. */
  depth: z.number().int().min(0),
});

/** @public */
export type Department = z.output<typeof departmentSchema>;

/** @public */
export const departmentPageSchema = pageSchema(departmentSchema);

/** An application that may be given a key: a catalog Component owned by a department. @public */
export const applicationSchema = z.object({
  ref: z.string(),
  title: z.string(),
  description: z.string().optional(),
  departmentRef: z.string(),
});

/** @public */
export type Application = z.output<typeof applicationSchema>;

/** @public */
export const applicationPageSchema = pageSchema(applicationSchema);

/** A department's budget for one calendar month (UTC), with what is used of it. @public */
export const budgetSchema = z.object({
  departmentRef: z.string(),
  title: z.string(),
  type: z.string(),
  parentRef: z.string().optional(),
  costCentre: z.string().optional(),
  depth: z.number().int(),
  /** The month, as `2026-11`. */
  period: z.string(),
  /** Absent: no limit of its own; the limits above it still hold. */
  limitPicoUsd: picoUsdSchema.optional(),
  /** Booked this month, including everything below this department. */
  spentPicoUsd: picoUsdSchema,
  /** Granted to gateways and not spent yet, including everything below. */
  leasedPicoUsd: picoUsdSchema,
  /** Limit less spent; below zero when the limit was lowered. Absent without a limit. */
  leftPicoUsd: picoUsdSchema.optional(),
  /** Whether the caller may set this budget. */
  canUpdate: z.boolean(),
});

/** @public */
export type Budget = z.output<typeof budgetSchema>;

/** @public */
export const budgetPageSchema = pageSchema(budgetSchema);

/** Sets a monthly limit. `limitUsd` is plain decimal dollars, such as `250` or `0.05`; null takes the limit away. @public */
export const budgetUpdateSchema = z
  .object({ limitUsd: z.string().max(40).nullable() })
  .strict();

/** @public */
export type BudgetUpdate = z.input<typeof budgetUpdateSchema>;

/** @public */
export const departmentQuerySchema = z.object({
  departmentRef: entityRefSchema.optional(),
});

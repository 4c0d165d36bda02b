import { z } from 'zod';
import { pageSchema } from './shared';

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

import { z } from 'zod';
import {
  countSchema,
  entityRefSchema,
  pageQuerySchema,
  picoUsdSchema,
  timestampSchema,
} from './shared';

/** By what spend is broken down. @public */
export const spendGroupBySchema = z.enum([
  'department',
  'application',
  'model',
  'key',
]);

/** @public */
export type SpendGroupBy = z.output<typeof spendGroupBySchema>;

/** Which spend to report. Times are cut to whole hours or days, UTC. @public */
export const spendQuerySchema = pageQuerySchema.extend({
  /** The department with everything below it; all that the caller may see when absent. */
  departmentRef: entityRefSchema.optional(),
  from: timestampSchema,
  to: timestampSchema,
  interval: z.enum(['hour', 'day']).default('day'),
  groupBy: spendGroupBySchema.default('model'),
  orderBy: z.enum(['cost', 'requests', 'tokens', 'label']).default('cost'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

/** @public */
export type SpendQuery = z.output<typeof spendQuerySchema>;

/** One row of a spend report. @public */
export const spendRowSchema = z.object({
  /** Entity reference, model name or key id, by `groupBy`. */
  id: z.string(),
  label: z.string(),
  /** Calls that used something. One that a second provider had to answer counts twice if the first one used something too. */
  requests: countSchema,
  inputTokens: countSchema,
  outputTokens: countSchema,
  costPicoUsd: picoUsdSchema,
  /** Part of the cost that is of machines and of adjustments to invoices, not of calls. */
  otherPicoUsd: picoUsdSchema,
  /** Part of the cost that was estimated, because nobody reported or measured what was used. */
  estimatedPicoUsd: picoUsdSchema,
  /** What was saved because a cheaper model, or memory, answered; below zero where it came dearer. Not part of the cost. */
  avoidedPicoUsd: picoUsdSchema,
});

/** @public */
export type SpendRow = z.output<typeof spendRowSchema>;

/** A spend report: totals, a time series by group, and a page of rows. @public */
export const spendReportSchema = z.object({
  total: spendRowSchema.omit({ id: true, label: true }),
  series: z.array(
    z.object({
      /** Start of the hour or day. */
      from: timestampSchema,
      id: z.string(),
      costPicoUsd: picoUsdSchema,
    }),
  ),
  rows: z.array(spendRowSchema),
  rowCount: z.number().int(),
  /** Whether part of it is demo history. */
  containsDemoData: z.boolean(),
});

/** @public */
export type SpendReport = z.output<typeof spendReportSchema>;

import { z } from 'zod';
import { entityRefSchema, monthSchema } from './shared';

/** Versions of FOCUS, the FinOps Open Cost and Usage Specification, in which cost can be exported. @public */
export const focusVersionSchema = z.enum(['1.2', '1.3', '1.4']);

/** @public */
export type FocusVersion = z.output<typeof focusVersionSchema>;

/** `csv`: for spreadsheets and every tool; `parquet`: typed, with exact decimals, for data platforms. @public */
export const focusFormatSchema = z.enum(['csv', 'parquet']);

/** @public */
export type FocusFormat = z.output<typeof focusFormatSchema>;

/** Which cost to export. @public */
export const focusExportQuerySchema = z.object({
  /** The billing period, a calendar month in UTC. */
  month: monthSchema,
  version: focusVersionSchema.default('1.4'),
  format: focusFormatSchema.default('csv'),
  /** The department with everything below it; all that the caller may see when absent. */
  departmentRef: entityRefSchema.optional(),
});

/** @public */
export type FocusExportQuery = z.output<typeof focusExportQuerySchema>;

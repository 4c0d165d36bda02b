import { z } from 'zod';
import { keyIdSchema } from './keys';

/**
 * Which budgets a call is held against: those of its department and all above it, and, where they have budgets of
 * their own, those of its application, its key and its model. A gateway names of these only what has a budget, so
 * that calls share leases wherever they can.
 * @public
 */
export const budgetScopeSchema = z.object({
  departmentRef: z.string(),
  /** Only where the application has a budget. */
  applicationRef: z.string().optional(),
  /** Only where the key has a budget. */
  keyId: keyIdSchema.optional(),
  /** Only where a budget for this model alone is on the way. */
  model: z.string().optional(),
});

/** @public */
export type BudgetScope = z.output<typeof budgetScopeSchema>;

/** What is done with calls while a threshold of a budget is passed. @public */
export const budgetMeasureSchema = z.discriminatedUnion('action', [
  /** Calls that are not critical go to the models that stand in when a budget is used up. */
  z.object({ action: z.literal('cheaper-model') }),
  /** An answer gets no more tokens than this. */
  z.object({
    action: z.literal('cap-output'),
    maxOutputTokens: z.number().int().min(1),
  }),
  /** A call that the budget does not cover waits for money to come back, so long at most. */
  z.object({
    action: z.literal('queue'),
    seconds: z.number().int().min(1).max(60),
  }),
  /** No call at all. */
  z.object({ action: z.literal('block') }),
]);

/** @public */
export type BudgetMeasure = z.output<typeof budgetMeasureSchema>;

/** The state of one budget, as a gateway needs it. @public */
export const budgetStateSchema = z.object({
  /** Grows with each change; a lease of a lower sum of epochs is handed back. */
  epoch: z.number().int(),
  measures: z.array(budgetMeasureSchema).default([]),
});

/** The budgets of a key or an application: of all its calls, and of single models. @public */
export const scopeBudgetSchema = budgetStateSchema.extend({
  models: z.record(z.string(), budgetStateSchema).default({}),
});

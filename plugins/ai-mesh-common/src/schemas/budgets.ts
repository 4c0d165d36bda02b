import { z } from 'zod';
import { budgetMeasureSchema } from './budgetScopes';
import {
  picoUsdSchema,
  pageQuerySchema,
  pageSchema,
  timestampSchema,
} from './shared';

/**
 * What a budget may be set for. Organisation, departments and teams are all Groups of the catalog, and therefore
 * `department`, at different depths.
 * @public
 */
export const budgetLevelSchema = z.enum([
  'department',
  'cost-centre',
  'application',
  'key',
]);

/** @public */
export type BudgetLevelName = z.output<typeof budgetLevelSchema>;

/** What a budget is for. @public */
export interface BudgetNode {
  level: BudgetLevelName;
  /** Entity reference of the Group or the Component, value of the cost centre, or id of the key. */
  ref: string;
  /** Absent: for all calls. Present: for the calls that this model serves. */
  model?: string;
}

/** When a rule of a budget applies: from so many per cent of it on, or when it will not last for the month. @public */
export const budgetRuleSchema = z
  .object({
    at: z.union([
      z.number().int('whole per cent').min(1).max(200),
      z.literal('projected-breach'),
    ]),
    /** `notify` tells people; everything else also holds for the calls below, as long as the threshold is passed. */
    then: z.discriminatedUnion('action', [
      z.object({ action: z.literal('notify') }),
      ...budgetMeasureSchema.options,
    ]),
  })
  .strict();

/** @public */
export type BudgetRule = z.output<typeof budgetRuleSchema>;

/** The rules of a budget for which nobody chose any. @public */
export const DEFAULT_BUDGET_RULES: readonly BudgetRule[] = [
  50, 80, 90, 100,
].map(at => ({ at, then: { action: 'notify' } }));

/** `hard` refuses calls that it does not cover; `soft` only tells. @public */
export const budgetKindSchema = z.enum(['hard', 'soft']);

/** `unused`: what is left of a month is added to the next one, at most one limit. @public */
export const carryOverSchema = z.enum(['none', 'unused']);

/** A budget for one calendar month in the company's time zone, with what is used of it. @public */
export const budgetSchema = z.object({
  /** See {@link budgetNodeId}. */
  id: z.string(),
  level: budgetLevelSchema,
  ref: z.string(),
  model: z.string().optional(),
  title: z.string(),
  /** A department's type, or the level. */
  type: z.string(),
  /** The department that it belongs to; absent for a cost centre. */
  departmentRef: z.string().optional(),
  /** Of a department: the one above it. */
  parentRef: z.string().optional(),
  costCentre: z.string().optional(),
  /** Of a department: steps from the root of the tree. */
  depth: z.number().int(),
  /** The month, as `2026-11`. */
  period: z.string(),
  /** IANA name of the time zone in which months begin and end. */
  timeZone: z.string(),
  /** As set by people. Absent: no limit of its own; the limits above it still hold. */
  limitPicoUsd: picoUsdSchema.optional(),
  /** The limit with what was carried over and the top-ups that hold now; absent without a limit. */
  effectiveLimitPicoUsd: picoUsdSchema.optional(),
  carriedPicoUsd: picoUsdSchema,
  topUpPicoUsd: picoUsdSchema,
  kind: budgetKindSchema,
  carryOver: carryOverSchema,
  rules: z.array(budgetRuleSchema),
  /** Booked this month, including everything below. */
  spentPicoUsd: picoUsdSchema,
  /** Granted to gateways and not spent yet, including everything below. */
  leasedPicoUsd: picoUsdSchema,
  /** Effective limit less spent; below zero when the limit was lowered. Absent without a limit. */
  leftPicoUsd: picoUsdSchema.optional(),
  /** What will be spent by the end of the month if it goes on as before; absent while too little is known. */
  projectedPicoUsd: picoUsdSchema.optional(),
  /** When the budget will be used up if it goes on as before; absent when it lasts. */
  exhaustedAt: timestampSchema.optional(),
  /** Nearly used up: every call is held centrally. */
  isEndGame: z.boolean(),
  /** Whether the caller may set this budget. */
  canUpdate: z.boolean(),
});

/** @public */
export type Budget = z.output<typeof budgetSchema>;

/** @public */
export const budgetPageSchema = pageSchema(budgetSchema);

/** What `PATCH /v1/budgets/:id` changes; what is absent stays. @public */
export const budgetChangeSchema = z
  .object({
    /** Plain decimal dollars, such as `250` or `0.05`; null takes the limit away. */
    limitUsd: z.string().max(40).nullable(),
    kind: budgetKindSchema,
    carryOver: carryOverSchema,
    rules: z.array(budgetRuleSchema).max(20, 'at most 20 rules'),
  })
  .partial()
  .strict();

/** @public */
export type BudgetChange = z.input<typeof budgetChangeSchema>;

/** `PUT /v1/budgets/:id`: as a change, and the limit is always named. @public */
export const budgetUpdateSchema = budgetChangeSchema.required({
  limitUsd: true,
});

/** Where a top-up stands: asked for, or decided on by somebody else. @public */
export const topUpStateSchema = z.enum(['requested', 'approved', 'rejected']);

/** An amount that is added to a budget for a time. @public */
export const topUpSchema = z.object({
  id: z.string(),
  budgetId: z.string(),
  /** Of the budget. */
  title: z.string(),
  amountPicoUsd: picoUsdSchema,
  reason: z.string(),
  startsAt: timestampSchema,
  endsAt: timestampSchema,
  state: topUpStateSchema,
  requestedBy: z.string(),
  requestedAt: timestampSchema,
  decidedBy: z.string().optional(),
  decidedAt: timestampSchema.optional(),
  /** Why it was approved or rejected. */
  decision: z.string().optional(),
  /** Approved, and now is its time. */
  isActive: z.boolean(),
  /** Whether the caller may approve or reject it: not their own, and not one that is decided. */
  canDecide: z.boolean(),
});

/** @public */
export type TopUp = z.output<typeof topUpSchema>;

/** @public */
export const topUpPageSchema = pageSchema(topUpSchema);

/** Asks for a top-up. It ends with the month at the latest. @public */
export const topUpRequestSchema = z
  .object({
    /** Plain decimal dollars. */
    amountUsd: z.string().max(40),
    reason: z
      .string()
      .trim()
      .min(1, 'say what it is needed for')
      .max(500, 'at most 500 characters'),
    /** From now on when absent. */
    startsAt: timestampSchema.optional(),
    /** To the end of the month when absent. */
    endsAt: timestampSchema.optional(),
  })
  .strict();

/** @public */
export type TopUpRequest = z.input<typeof topUpRequestSchema>;

/** @public */
export const topUpDecisionSchema = z
  .object({
    state: topUpStateSchema.exclude(['requested']),
    decision: z
      .string()
      .trim()
      .min(1, 'give a reason')
      .max(500, 'at most 500 characters'),
  })
  .strict();

/** @public */
export type TopUpDecision = z.input<typeof topUpDecisionSchema>;

/** @public */
export const topUpQuerySchema = pageQuerySchema.extend({
  state: topUpStateSchema.optional(),
});

/** A threshold that a budget passed. @public */
export const budgetAlertSchema = z.object({
  budgetId: z.string(),
  title: z.string(),
  period: z.string(),
  rule: budgetRuleSchema,
  at: timestampSchema,
  spentPicoUsd: picoUsdSchema,
  limitPicoUsd: picoUsdSchema,
  /** What was projected, where that raised it. */
  projectedPicoUsd: picoUsdSchema.optional(),
  /** Entity references of who was told. */
  toldRefs: z.array(z.string()),
});

/** @public */
export type BudgetAlert = z.output<typeof budgetAlertSchema>;

/** @public */
export const budgetAlertPageSchema = pageSchema(budgetAlertSchema);

const BASE_OF: Record<BudgetLevelName, (ref: string) => string> = {
  department: ref => ref,
  application: ref => ref,
  key: ref => `key:${ref}`,
  // a cost centre is free text: it must not look like one with a model
  'cost-centre': ref => `cost-centre:${encodeURIComponent(ref)}`,
};

/**
 * The id of a budget: the entity reference of the Group or Component, `key:` or `cost-centre:` before the others,
 * and `#` before the model. The kind of an entity says whether it is a department or an application.
 *
 * @example budgetNodeId({ level: 'department', ref: 'group:default/care', model: 'gpt-4o' }) // 'group:default/care#gpt-4o'
 * @public
 */
export function budgetNodeId(node: BudgetNode): string {
  const base = BASE_OF[node.level](node.ref);
  return node.model === undefined ? base : `${base}#${node.model}`;
}

const NODE_ID =
  /^(?:(?<department>group:[^#/]+\/[^#]+)|(?<key>key:[0-9A-Za-z]{12})|(?<costCentre>cost-centre:[^#]+)|(?<application>[a-z]+:[^#/]+\/[^#]+))(?:#(?<model>.+))?$/;

/**
 * What an id of a budget stands for.
 *
 * @returns undefined when it is none
 * @public
 */
export function parseBudgetNodeId(id: string): BudgetNode | undefined {
  const groups = NODE_ID.exec(id)?.groups;
  if (!groups || id.length > 500) return undefined;
  const { department, key, costCentre, application, model } = groups;
  const of = (level: BudgetLevelName, ref: string) => ({
    level,
    ref,
    ...(model !== undefined && { model }),
  });
  if (department) return of('department', department);
  if (key) return of('key', key.slice('key:'.length));
  if (application) return of('application', application);
  try {
    return of(
      'cost-centre',
      decodeURIComponent(costCentre.slice('cost-centre:'.length)),
    );
  } catch {
    return undefined; // a stray per cent sign
  }
}

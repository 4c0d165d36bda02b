import { z } from 'zod';
import { tokenClassSchema } from './models';
import { serviceTierSchema } from './routing';
import { pageQuerySchema, pageSchema, timestampSchema } from './shared';

/** What the price book knows rates of: the classes of a call, and a machine by the hour. @public */
export const pricedClassSchema = z.enum([
  ...tokenClassSchema.options,
  'machine-time',
]);

/** @public */
export type PricedClass = z.output<typeof pricedClassSchema>;

/** Plain decimal US dollars per unit, by class; `machine-time` per machine and hour. @public */
export const priceRatesSchema = z.partialRecord(pricedClassSchema, z.string());

/** @public */
export type PriceRates = z.output<typeof priceRatesSchema>;

/** What a price is of. @public */
export const priceSkuSchema = z.object({
  /** `<provider>/<model>`, as models name it in `ai-mesh.io/price`. */
  priceKey: z.string(),
  /** Empty: everywhere that has no price of its own. */
  region: z.string(),
  serviceTier: serviceTierSchema,
});

/** @public */
export type PriceSku = z.output<typeof priceSkuSchema>;

const rateShape = {
  rates: priceRatesSchema,
  /** By rising threshold; the last one that the input passes re-prices the whole request. */
  longContext: z.array(
    z.object({
      aboveInputTokens: z.number().int().min(1),
      rates: priceRatesSchema,
    }),
  ),
};

/** A version of a price. It never changes; of all that cover a moment the one recorded last holds. @public */
export const priceVersionSchema = priceSkuSchema.extend({
  id: z.string(),
  /** The part of the key before its first `/`. */
  provider: z.string(),
  ...rateShape,
  /** The contract whose price it is; absent: a list price. */
  contractId: z.string().optional(),
  /** The version of the list price that a discount was taken off. */
  listVersionId: z.string().optional(),
  /** From here on the contract has no price any more. */
  isWithdrawn: z.boolean().default(false),
  validFrom: timestampSchema,
  /** Absent: until another one holds. */
  validTo: timestampSchema.optional(),
  recordedAt: timestampSchema,
  source: z.string(),
});

/** @public */
export type PriceVersion = z.output<typeof priceVersionSchema>;

/** @public */
export const priceVersionPageSchema = pageSchema(priceVersionSchema);

/** `GET /v1/prices`: the prices that hold now. @public */
export const priceQuerySchema = pageQuerySchema.extend({
  /** A part of the price key. */
  search: z.string().max(200).optional(),
  provider: z.string().max(200).optional(),
  serviceTier: serviceTierSchema.optional(),
  /** A part of the source's name. */
  source: z.string().max(200).optional(),
  orderBy: z
    .enum(['priceKey', 'region', 'source', 'validFrom', 'recordedAt'])
    .default('priceKey'),
  order: z.enum(['asc', 'desc']).default('asc'),
});

/** `GET /v1/prices` answers with the providers too, for the filter. @public */
export const pricePageSchema = priceVersionPageSchema.extend({
  providers: z.array(z.string()),
  /** What the caller may do. */
  canImport: z.boolean(),
  canReview: z.boolean(),
});

/** @public */
export type PricePage = z.output<typeof pricePageSchema>;

/** `GET /v1/prices/history`: every version of one price, recorded last first. @public */
export const priceHistoryQuerySchema = z.object({
  priceKey: z.string().min(1).max(255),
  region: z.string().max(100).default(''),
  serviceTier: serviceTierSchema.default('standard'),
});

/** @public */
export const priceHistorySchema = z.object({
  items: z.array(priceVersionSchema),
});

/** @public */
export type PriceHistory = z.output<typeof priceHistorySchema>;

/** `superseded`: its source offers something else by now. @public */
export const proposalStateSchema = z.enum([
  'waiting',
  'approved',
  'rejected',
  'superseded',
]);

/** A change of a price that waits for a person, or waited. @public */
export const priceProposalSchema = priceSkuSchema.extend({
  id: z.string(),
  state: proposalStateSchema,
  ...rateShape,
  contractId: z.string().optional(),
  /** Absent: from when it is approved. */
  validFrom: timestampSchema.optional(),
  validTo: timestampSchema.optional(),
  source: z.string(),
  /** The price in force when it was offered. */
  present: priceVersionSchema.optional(),
  /** The class whose rate changes most. */
  changedClass: pricedClassSchema,
  /** By how much, as a decimal such as `10` or `0.1`; absent: to or from zero. */
  factor: z.string().optional(),
  /** The person who uploaded it; absent: a source did. */
  proposedBy: z.string().optional(),
  proposedAt: timestampSchema,
  decidedBy: z.string().optional(),
  decidedAt: timestampSchema.optional(),
  reason: z.string().optional(),
  /** The version that it became. */
  versionId: z.string().optional(),
  /** Whether the caller may decide; the one who uploaded it may not approve it. */
  canApprove: z.boolean().default(false),
  canReject: z.boolean().default(false),
});

/** @public */
export type PriceProposal = z.output<typeof priceProposalSchema>;

/** @public */
export const priceProposalPageSchema = pageSchema(priceProposalSchema);

/** `GET /v1/prices/proposals`. @public */
export const priceProposalQuerySchema = pageQuerySchema.extend({
  state: proposalStateSchema.optional(),
});

/** `POST /v1/prices/proposals/:id/approve` and `/reject`. @public */
export const priceDecisionSchema = z.object({
  reason: z
    .string()
    .trim()
    .min(3, 'say in a few words why')
    .max(500, 'at most 500 characters'),
});

/** @public */
export type PriceDecision = z.input<typeof priceDecisionSchema>;

/** What a person may send at most, in characters. @public */
export const MAX_PRICE_FILE_LENGTH = 2_000_000;

/** `POST /v1/prices/import`, with `?preview=true` to see what would change. @public */
export const priceUploadSchema = z.object({
  /** Says by its ending how to read it: `.csv` or `.json`. */
  fileName: z
    .string()
    .max(200)
    .regex(/\.(csv|json)$/i, 'expected a file that ends in .csv or .json'),
  content: z
    .string()
    .min(1, 'the file is empty')
    .max(MAX_PRICE_FILE_LENGTH, 'expected at most 2 million characters'),
});

/** @public */
export type PriceUpload = z.input<typeof priceUploadSchema>;

/** What becomes of an offer. `outranked`: a source that goes before it offers this price too. @public */
export const priceOutcomeSchema = z.enum([
  'new',
  'changed',
  'waiting',
  'unchanged',
  'outranked',
]);

/** @public */
export type PriceOutcome = z.output<typeof priceOutcomeSchema>;

/** One price of an import, beside the one that it changes. @public */
export const priceChangeSchema = priceSkuSchema.extend({
  outcome: priceOutcomeSchema,
  ...rateShape,
  validFrom: timestampSchema.optional(),
  validTo: timestampSchema.optional(),
  present: priceVersionSchema.optional(),
  changedClass: pricedClassSchema.optional(),
  factor: z.string().optional(),
  /** It begins in the past: what was booked since then is corrected. */
  isBackDated: z.boolean(),
});

/** @public */
export type PriceChange = z.output<typeof priceChangeSchema>;

/** What an import did, or would do. With a problem nothing is taken. @public */
export const priceImportSchema = z.object({
  problems: z.array(
    z.object({
      /** As editors count them; the header of a CSV file is line 1. */
      line: z.number().int(),
      column: z.string().optional(),
      problem: z.string(),
    }),
  ),
  changes: z.array(priceChangeSchema),
});

/** @public */
export type PriceImport = z.output<typeof priceImportSchema>;

import { z } from 'zod';
import { chargeClassSchema } from './models';
import {
  countSchema,
  monthSchema,
  pageQuerySchema,
  pageSchema,
  picoUsdSchema,
  timestampSchema,
} from './shared';

/** A file of the portal's own size limit: about 100,000 rows. */
const INVOICE_MAX_CHARACTERS = 10_000_000;

/** What a month comes to. Departments + clearing + suspense = payable, to the pico-dollar. @public */
export const monthTotalsSchema = z.object({
  /** Model calls that began; corrections count none. */
  requests: countSchema,
  /** What departments used. */
  departmentsPicoUsd: picoUsdSchema,
  /** Platform cost that no department was charged: idle machines, differences to invoices. */
  clearingPicoUsd: picoUsdSchema,
  /** Cost whose department, price or key is not known. */
  suspensePicoUsd: picoUsdSchema,
  /** What is owed to providers. */
  payablePicoUsd: picoUsdSchema,
  /** The part of it that corrects months closed before. */
  correctionsPicoUsd: picoUsdSchema,
  /** The part whose counts are the gateway's own, because the provider gave none. */
  estimatedPicoUsd: picoUsdSchema,
  containsDemoData: z.boolean(),
});

/** @public */
export type MonthTotals = z.output<typeof monthTotalsSchema>;

/** A month of the ledger, in UTC. @public */
export const bookMonthSchema = z.object({
  month: monthSchema,
  status: z.enum(['open', 'closed']),
  totals: monthTotalsSchema,
  closedAt: timestampSchema.optional(),
  closedBy: z.string().optional(),
  /** SHA-256 of the statement, hex. */
  digest: z.string().optional(),
  /** Why it cannot be closed now, for people; absent when it can, or is. */
  notClosable: z.string().optional(),
});

/** @public */
export type BookMonth = z.output<typeof bookMonthSchema>;

/** All months since the first posting, the newest first. @public */
export const bookMonthListSchema = z.object({
  items: z.array(bookMonthSchema),
  /** Whether the caller may close months and post differences. */
  canClose: z.boolean(),
});

/** @public */
export type BookMonthList = z.output<typeof bookMonthListSchema>;

/** As what a statement is read. @public */
export const statementQuerySchema = z.object({
  format: z.enum(['json', 'csv']).default('json'),
});

/** A provider's invoice file. @public */
export const invoiceUploadSchema = z.object({
  month: monthSchema,
  fileName: z.string().trim().min(1).max(200),
  /** The file as text: CSV with a header. */
  content: z.string().min(1).max(INVOICE_MAX_CHARACTERS),
});

/** @public */
export type InvoiceUpload = z.output<typeof invoiceUploadSchema>;

/** What an invoice says and what the ledger says, of one model. @public */
export const invoiceVarianceLineSchema = z.object({
  /** As the invoice calls it; empty: what is of no one model. */
  model: z.string(),
  /** Absent: all classes together. */
  chargeClass: chargeClassSchema.optional(),
  invoicedPicoUsd: picoUsdSchema,
  ledgerPicoUsd: picoUsdSchema,
  /** Invoice less ledger. */
  differencePicoUsd: picoUsdSchema,
  /** More than half a per cent of the invoice. */
  isBeyondTolerance: z.boolean(),
  /** False: the ledger has it and the invoice has not. */
  isInvoiced: z.boolean(),
});

/** @public */
export type InvoiceVarianceLine = z.output<typeof invoiceVarianceLineSchema>;

/** An invoice beside the ledger. @public */
export const invoiceSchema = z.object({
  id: z.number().int(),
  month: monthSchema,
  provider: z.string(),
  fileName: z.string(),
  uploadedBy: z.string(),
  uploadedAt: timestampSchema,
  invoicedPicoUsd: picoUsdSchema,
  ledgerPicoUsd: picoUsdSchema,
  differencePicoUsd: picoUsdSchema,
  isBeyondTolerance: z.boolean(),
  /** A later upload for the same month and provider took its place. */
  isSuperseded: z.boolean(),
});

/** @public */
export type Invoice = z.output<typeof invoiceSchema>;

/** @public */
export const invoiceDetailsSchema = invoiceSchema.extend({
  lines: z.array(invoiceVarianceLineSchema),
});

/** @public */
export type InvoiceDetails = z.output<typeof invoiceDetailsSchema>;

/** @public */
export const invoiceQuerySchema = pageQuerySchema.extend({
  month: monthSchema.optional(),
});

/** @public */
export const invoicePageSchema = pageSchema(invoiceSchema);

/** What came of an upload: one invoice for each provider in the file. @public */
export const invoiceUploadResultSchema = z.object({
  invoices: z.array(invoiceDetailsSchema),
});

/** What came of posting differences. @public */
export const invoicePostingSchema = z.object({
  /** Adjustments that were posted. */
  posted: z.number().int(),
  invoice: invoiceDetailsSchema,
});

/** @public */
export type InvoicePosting = z.output<typeof invoicePostingSchema>;

/** Where a record in quarantine stands.. @public */
export const quarantineStateSchema = z.enum(['open', 'dismissed', 'booked']);

/** A record that nobody could book. @public */
export const quarantinedRecordSchema = z.object({
  id: z.number().int(),
  /** The gateway or reporter that sent it. */
  replicaId: z.string(),
  reason: z.string(),
  /** As it came, at most 16,384 characters; empty where only the number is kept. */
  record: z.string(),
  /** Whether a part of it, or all of it, is missing. */
  isCut: z.boolean(),
  /** How often it came. */
  times: z.number().int(),
  receivedAt: timestampSchema,
  lastReceivedAt: timestampSchema,
  state: quarantineStateSchema,
  decidedBy: z.string().optional(),
  decidedAt: timestampSchema.optional(),
  /** Why it was dismissed. */
  decision: z.string().optional(),
});

/** @public */
export type QuarantinedRecord = z.output<typeof quarantinedRecordSchema>;

/** @public */
export const quarantineQuerySchema = pageQuerySchema.extend({
  /** When it came; all months when absent. */
  month: monthSchema.optional(),
  state: quarantineStateSchema.optional(),
});

/** @public */
export const quarantinePageSchema = pageSchema(quarantinedRecordSchema);

/** @public */
export const quarantineDismissalSchema = z.object({
  reason: z.string().trim().min(3, 'say why, in a few words').max(500),
});

/** @public */
export type QuarantineDismissal = z.output<typeof quarantineDismissalSchema>;

/** What may be odd about lines of the ledger. @public */
export const lineFlagSchema = z.enum([
  'estimated',
  'cost-mismatch',
  'unknown-price',
  'overrun',
  'unknown-lease',
  'late',
  'clock-skew',
  'usage-mismatch',
  'unpriced-class',
  'unknown-key',
  'unknown-department',
]);

/** @public */
export type LedgerLineFlag = z.output<typeof lineFlagSchema>;

/** A posting, as people look at it. @public */
export const flaggedLineSchema = z.object({
  requestId: z.string(),
  attempt: z.number().int(),
  lineNo: z.number().int(),
  revision: z.number().int(),
  occurredAt: timestampSchema,
  bookedAt: timestampSchema,
  departmentRef: z.string(),
  applicationRef: z.string(),
  keyId: z.string(),
  model: z.string(),
  provider: z.string(),
  chargeClass: chargeClassSchema,
  /** Below zero in a reversal. */
  quantity: z.string(),
  costPicoUsd: picoUsdSchema,
  flags: z.array(lineFlagSchema),
  /** Such as `expense:group:default/research`. */
  debit: z.string(),
  credit: z.string(),
  replicaId: z.string().optional(),
});

/** @public */
export type FlaggedLine = z.output<typeof flaggedLineSchema>;

/** @public */
export const flaggedLineQuerySchema = pageQuerySchema.extend({
  month: monthSchema,
  /** Estimates are too many to list; their share is told. */
  flag: lineFlagSchema.exclude(['estimated']),
});

/** @public */
export const flaggedLinePageSchema = pageSchema(flaggedLineSchema);

/** Where sums that must agree do not. @public */
export const ledgerDifferenceSchema = z.object({
  what: z.enum([
    'rollup_hourly',
    'rollup_daily',
    'accounts',
    'budget',
    'statement',
  ]),
  /** The day, hour or month. */
  when: z.string(),
  /** Department, model, class and account, or the budget. */
  about: z.string(),
  /** Which amount, with what the lines say and what was kept. */
  amount: z.string(),
  ofLines: z.string(),
  kept: z.string(),
});

/** @public */
export type LedgerDifference = z.output<typeof ledgerDifferenceSchema>;

/** A check of the ledger. @public */
export const ledgerCheckSchema = z.object({
  startedAt: timestampSchema,
  finishedAt: timestampSchema,
  /** First and last day that were compared, as `2026-11-22`. */
  fromDay: z.string(),
  toDay: z.string(),
  days: z.number().int(),
  differenceCount: z.number().int(),
  /** The first ones. */
  differences: z.array(ledgerDifferenceSchema),
});

/** @public */
export type LedgerCheck = z.output<typeof ledgerCheckSchema>;

/** A correction after a price that reaches back. @public */
export const repricingSchema = z.object({
  id: z.string(),
  priceKey: z.string(),
  region: z.string(),
  serviceTier: z.string(),
  from: timestampSchema,
  to: timestampSchema,
  /** Lines that were restated so far. */
  restated: countSchema,
  startedAt: timestampSchema,
  finishedAt: timestampSchema.optional(),
});

/** @public */
export type Repricing = z.output<typeof repricingSchema>;

/** How good the data of a month is. @public */
export const dataQualitySchema = z.object({
  month: monthSchema,
  /** Records that came in this month and could not be booked; their cost is not known. */
  quarantine: z.object({
    open: z.number().int(),
    dismissed: z.number().int(),
    booked: z.number().int(),
    reasons: z.array(
      z.object({ reason: z.string(), records: z.number().int() }),
    ),
  }),
  /** What stands on the suspense accounts, by the reason. */
  suspense: z.array(
    z.object({ reason: z.string(), costPicoUsd: picoUsdSchema }),
  ),
  /** Lines that were odd; `estimated` is told as a share of the cost. */
  flags: z.array(
    z.object({
      flag: lineFlagSchema,
      lines: z.number().int(),
      costPicoUsd: picoUsdSchema,
    }),
  ),
  costPicoUsd: picoUsdSchema,
  estimatedPicoUsd: picoUsdSchema,
  /** Models of the catalog without a price: they are not served. */
  unpricedModels: z.array(z.string()),
  /** The last checks, the newest first. */
  checks: z.array(ledgerCheckSchema),
  repricings: z.array(repricingSchema),
  /** The invoices that hold for this month. */
  invoices: z.array(invoiceSchema),
});

/** @public */
export type DataQuality = z.output<typeof dataQualitySchema>;

/** @public */
export const dataQualityQuerySchema = z.object({ month: monthSchema });

import { FocusVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What a column holds. `time` is a moment in UTC; `json` an object as text. */
export type FocusColumnType = 'text' | 'decimal' | 'time' | 'json';

/** A column of the Cost and Usage dataset. */
export interface FocusColumn {
  /** The column ID of the specification; the company's own begin with `x_`. */
  id: string;
  type: FocusColumnType;
  /** Whether a cell may be empty. */
  nullable: boolean;
  /** The versions that have it; all when absent. */
  versions?: readonly FocusVersion[];
}

/** Digits after the point of every decimal: enough for a rate per token times a count, without rounding. */
export const FOCUS_SCALE = 18;

/** All digits of every decimal: what the widest type of data platforms holds. */
export const FOCUS_PRECISION = 38;

const FROM_1_3: readonly FocusVersion[] = ['1.3', '1.4'];
/** Deprecated in 1.3, removed in 1.4. */
const UNTIL_1_3: readonly FocusVersion[] = ['1.2', '1.3'];

/**
 * Every column that is exported: first those of the specification, then our own, each by the alphabet (attribute
 * ColumnHandling, "column ordering").
 */
export const FOCUS_COLUMNS = [
  column('AllocatedMethodDetails', 'json', true, FROM_1_3),
  column('AllocatedMethodId', 'text', true, FROM_1_3),
  column('AllocatedResourceId', 'text', true, FROM_1_3),
  column('AllocatedResourceName', 'text', true, FROM_1_3),
  column('AllocatedTags', 'json', true, FROM_1_3),
  column('BilledCost', 'decimal', false),
  column('BillingAccountId', 'text', false),
  column('BillingAccountName', 'text', true),
  column('BillingCurrency', 'text', false),
  column('BillingPeriodEnd', 'time', false),
  column('BillingPeriodStart', 'time', false),
  column('ChargeCategory', 'text', false),
  column('ChargeClass', 'text', true),
  column('ChargeDescription', 'text', true),
  column('ChargeFrequency', 'text', false),
  column('ChargePeriodEnd', 'time', false),
  column('ChargePeriodStart', 'time', false),
  column('CommitmentDiscountCategory', 'text', true),
  column('CommitmentDiscountId', 'text', true),
  column('CommitmentDiscountName', 'text', true),
  column('CommitmentDiscountQuantity', 'decimal', true),
  column('CommitmentDiscountStatus', 'text', true),
  column('CommitmentDiscountType', 'text', true),
  column('CommitmentDiscountUnit', 'text', true),
  column('ConsumedQuantity', 'decimal', true),
  column('ConsumedUnit', 'text', true),
  column('ContractedCost', 'decimal', false),
  column('ContractedUnitPrice', 'decimal', true),
  column('EffectiveCost', 'decimal', false),
  column('HostProviderName', 'text', false, FROM_1_3),
  column('InvoiceIssuerName', 'text', false),
  column('ListCost', 'decimal', false),
  column('ListUnitPrice', 'decimal', true),
  column('PricingCategory', 'text', true),
  column('PricingQuantity', 'decimal', true),
  column('PricingUnit', 'text', true),
  column('ProviderName', 'text', false, UNTIL_1_3),
  column('PublisherName', 'text', false, UNTIL_1_3),
  column('RegionId', 'text', true),
  column('RegionName', 'text', true),
  column('ResourceId', 'text', true),
  column('ResourceName', 'text', true),
  column('ResourceType', 'text', true),
  column('ServiceCategory', 'text', false),
  column('ServiceName', 'text', false),
  column('ServiceProviderName', 'text', false, FROM_1_3),
  column('ServiceSubcategory', 'text', false),
  column('SkuId', 'text', true),
  column('SkuMeter', 'text', true),
  column('SkuPriceDetails', 'json', true),
  column('SkuPriceId', 'text', true),
  column('SubAccountId', 'text', true),
  column('SubAccountName', 'text', true),
  column('Tags', 'json', true),
  column('x_ApplicationId', 'text', true),
  column('x_AvoidedCost', 'decimal', false),
  column('x_CostConfidence', 'text', false),
  column('x_EstimatedCost', 'decimal', false),
  column('x_IdleCost', 'decimal', true),
  column('x_KeyId', 'text', true),
  column('x_ModelName', 'text', true),
  column('x_PriceVersionId', 'text', true),
  column('x_RequestCount', 'decimal', false),
  column('x_SplitConfidence', 'text', true),
  column('x_SplitOriginCost', 'decimal', true),
  column('x_SplitOriginId', 'text', true),
  column('x_TokenClass', 'text', false),
  column('x_TrafficClass', 'text', false),
  column('x_UtilisedCost', 'decimal', true),
] as const;

/** The ID of a column that is exported. */
export type FocusColumnId = (typeof FOCUS_COLUMNS)[number]['id'];

/** The columns of a version, in their order. */
export function focusColumnsOf(
  version: FocusVersion,
): (FocusColumn & { id: FocusColumnId })[] {
  return FOCUS_COLUMNS.filter(
    ({ versions }) => versions?.includes(version) ?? true,
  );
}

function column<I extends string>(
  id: I,
  type: FocusColumnType,
  nullable: boolean,
  versions?: readonly FocusVersion[],
): FocusColumn & { id: I } {
  return { id, type, nullable, versions };
}

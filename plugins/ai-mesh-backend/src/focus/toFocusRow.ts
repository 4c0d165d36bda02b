import { FocusVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { humanise } from '../reports/humanise';
import { commitmentColumns, isCovered } from './commitmentColumns';
import { FocusColumnId } from './focusColumns';
import { FocusCharge } from './FocusCharge';
import { decimalOfCount, decimalOfUsd, FocusDecimal } from './focusDecimal';
import { meterOf } from './meters';
import { providerNamesOf } from './providerNames';
import { skuColumns } from './skuColumns';
import { splitColumns } from './splitColumns';
import { toTags } from './toTags';
import { PricedCharge, priceCharge } from './unitPrice';

const DAY_MS = 86_400_000;

/** What stands in a cell: a decimal as a whole number of 1e-18, a text, or nothing. */
export type FocusCell = FocusDecimal | string | null;

/** A row with every column of every version; an export writes those of its version. */
export type FocusRow = Record<FocusColumnId, FocusCell>;

/**
 * Gives a charge the columns of FOCUS.
 *
 * All names come from references and price keys, never from the catalog of today: a month that is closed reads the
 * same for ever.
 *
 * @see docs/focus-export.md for the mapping and its reasons
 */
export function toFocusRow(
  charge: FocusCharge,
  version: FocusVersion,
): FocusRow {
  const priced = priceCharge(charge);
  return {
    ...chargeColumns(charge, priced),
    ...periodColumns(charge),
    ...partyColumns(charge),
    ...serviceColumns(charge),
    ...skuColumns(charge, priced),
    ...costColumns(charge, priced),
    ...commitmentColumns(charge, priced),
    ...payerColumns(charge),
    ...ownColumns(charge, priced),
    ...splitColumns(charge, version),
  };
}

/** Usage must have a quantity and a price, unless it corrects a closed month; money without them is an adjustment. */
function chargeColumns(
  { about, isCorrection }: FocusCharge,
  priced: PricedCharge | undefined,
) {
  const meter = meterOf(about.chargeClass);
  const isUsage = meter !== undefined && (priced !== undefined || isCorrection);
  const { organisation } = providerNamesOf(about.provider);
  return {
    ChargeCategory: isUsage ? 'Usage' : 'Adjustment',
    ChargeClass: isCorrection ? 'Correction' : null,
    ChargeDescription: meter
      ? `${meter.name} of ${about.model || organisation}`
      : `Difference to the invoice of ${organisation}`,
    ChargeFrequency: isUsage ? 'Usage-Based' : 'One-Time',
  };
}

function periodColumns({ month, day }: FocusCharge) {
  const [year, monthOfYear] = month.split('-').map(Number);
  return {
    BillingPeriodStart: timeText(Date.UTC(year, monthOfYear - 1, 1)),
    BillingPeriodEnd: timeText(Date.UTC(year, monthOfYear, 1)),
    ChargePeriodStart: timeText(day),
    ChargePeriodEnd: timeText(day + DAY_MS),
  };
}

/** One name in all of them: with two, rules of 1.2 take the provider for a reseller, and want BilledCost to be 0. */
function partyColumns({ about: { provider } }: FocusCharge) {
  const { organisation } = providerNamesOf(provider);
  return {
    BillingAccountId: `payable:${provider}`,
    BillingAccountName: organisation,
    BillingCurrency: 'USD',
    HostProviderName: organisation,
    InvoiceIssuerName: organisation,
    ProviderName: organisation,
    PublisherName: organisation,
    ServiceProviderName: organisation,
  };
}

function serviceColumns({ about, split }: FocusCharge) {
  const isMachine = meterOf(about.chargeClass)?.pricingUnit === 'Hours';
  const pool = split && `gpu-pool/${split.pool}`;
  return {
    RegionId: about.region || null,
    RegionName: about.region || null,
    ResourceId: (pool ?? about.targetId) || null,
    ResourceName: (split?.pool ?? about.targetId) || null,
    ResourceType: pool || about.targetId ? nameOfResource(isMachine) : null,
    ServiceCategory: isMachine ? 'Compute' : 'AI and Machine Learning',
    ServiceName: isMachine
      ? 'Virtual Machines'
      : providerNamesOf(about.provider).modelService,
    ServiceSubcategory: isMachine ? 'Virtual Machines' : 'Generative AI',
  };
}

function nameOfResource(isMachine: boolean): string {
  return isMachine ? 'GPU Pool' : 'Model Deployment';
}

function costColumns(
  { about, cost }: FocusCharge,
  priced: PricedCharge | undefined,
) {
  const exact = decimalOfUsd(cost);
  return {
    // what capacity paid by the hour covers is on the invoice as that capacity, and not once more by the call
    BilledCost: isCovered(about) ? 0n : exact,
    EffectiveCost: exact,
    ContractedCost: priced?.contractedCost ?? exact,
    ListCost: priced?.listCost ?? exact,
  };
}

function payerColumns({ about }: FocusCharge) {
  return {
    SubAccountId: about.departmentRef || null,
    SubAccountName: about.departmentRef ? humanise(about.departmentRef) : null,
    Tags: toTags({
      application: about.applicationRef,
      cost_center: about.costCentre,
      department: about.departmentRef,
    }),
    x_ApplicationId: about.applicationRef || null,
    x_KeyId: about.keyId || null,
  };
}

function ownColumns(charge: FocusCharge, priced: PricedCharge | undefined) {
  const { about, estimated } = charge;
  return {
    x_AvoidedCost: decimalOfUsd(charge.avoided),
    x_CostConfidence: confidenceOf(charge, priced),
    x_EstimatedCost: decimalOfUsd(estimated),
    x_ModelName: about.model || null,
    x_PriceVersionId: about.priceVersionId || null,
    x_RequestCount: decimalOfCount(charge.requests),
    x_TokenClass: about.chargeClass,
    x_TrafficClass: trafficClassOf(charge),
  };
}

/** `reported`: no rate of the price book explains the cost; it is what was reported. */
function confidenceOf(
  { cost, estimated }: FocusCharge,
  priced: PricedCharge | undefined,
): string {
  if (estimated !== 0n) {
    return estimated === cost ? 'estimated' : 'partly-estimated';
  }
  return priced === undefined || priced.kind === 'blended'
    ? 'reported'
    : 'exact';
}

function trafficClassOf({ about }: FocusCharge): string {
  if (about.source === 'demo') return 'demo';
  return about.servedBecause === 'shadow' ? 'shadow' : 'production';
}

/** `2026-10-01T00:00:00Z` (attribute DateTimeFormat). */
function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}

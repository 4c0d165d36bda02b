import { ServiceTier } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FocusCharge } from './FocusCharge';
import { decimalOfCount } from './focusDecimal';
import { meterOf } from './meters';
import { toTags } from './toTags';
import { PricedCharge } from './unitPrice';

const NO_SKU = {
  SkuId: null,
  SkuMeter: null,
  SkuPriceId: null,
  SkuPriceDetails: null,
  PricingCategory: null,
  PricingQuantity: null,
  PricingUnit: null,
  ConsumedQuantity: null,
  ConsumedUnit: null,
  ListUnitPrice: null,
  ContractedUnitPrice: null,
} as const;

/**
 * `SkuPriceId` "MUST remain consistent over time" and across contracts: it names what is priced, not a version of its
 * price, which stands in `x_PriceVersionId`.
 */
export function skuColumns(
  charge: FocusCharge,
  priced: PricedCharge | undefined,
) {
  const { about, price } = charge;
  const meter = meterOf(about.chargeClass);
  if (!meter) return NO_SKU;
  const isMachine = meter.pricingUnit === 'Hours';
  const chargeClass = isMachine ? 'machine-time' : about.chargeClass;
  const key = price?.key.replace(/\/spot$/, ''); // a way to pay, and no other machine
  const skuId = `${key ?? `${about.provider}/${about.model}`}/${chargeClass}`;
  if (!priced) return { ...NO_SKU, SkuId: skuId, SkuMeter: meter.name };
  const terms = termsOf(charge, priced);
  return {
    SkuId: skuId,
    SkuMeter: meter.name,
    SkuPriceId: [skuId, ...terms].join('/'),
    SkuPriceDetails: toTags({
      ...(isMachine && { InstanceType: about.model }),
      x_LongContextAboveTokens: about.aboveInputTokens?.toString(),
      x_PriceKind: priced.kind,
      x_ServiceTier: about.serviceTier,
    }),
    PricingCategory: pricingCategoryOf(about.serviceTier, price?.isSpot),
    PricingQuantity: priced.pricingQuantity,
    PricingUnit: meter.pricingUnit,
    ConsumedQuantity: decimalOfCount(charge.quantity),
    ConsumedUnit: meter.consumedUnit,
    ListUnitPrice: priced.listUnitPrice,
    ContractedUnitPrice: priced.contractedUnitPrice,
  };
}

function termsOf(
  { about, price }: FocusCharge,
  { kind }: PricedCharge,
): string[] {
  const { aboveInputTokens } = about;
  return [
    about.serviceTier,
    ...(about.region ? [about.region] : []),
    ...(price?.isSpot ? ['spot'] : []),
    ...(kind === 'standard' ? [] : [kind]),
    ...(aboveInputTokens === undefined ? [] : [`above-${aboveInputTokens}`]),
  ];
}

function pricingCategoryOf(tier: ServiceTier, isSpot = false): string {
  if (tier === 'provisioned') return 'Committed';
  return isSpot ? 'Dynamic' : 'Standard';
}

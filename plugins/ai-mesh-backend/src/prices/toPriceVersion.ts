import {
  PriceChange,
  PriceVersion,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PlannedChange } from './planImport';
import { BookVersion, providerOf } from './Price';

/** A version as pages show it. */
export function toPriceVersion(version: BookVersion): PriceVersion {
  const { sourceId: _, sequence: __, longContext, ...rest } = version;
  return {
    ...rest,
    longContext: [...longContext],
    provider: providerOf(version.priceKey),
  };
}

/**
 * What becomes of an offer, as pages show it.
 *
 * @param at - when it was looked at: what begins before reaches back
 */
export function toPriceChange(change: PlannedChange, at: Date): PriceChange {
  const { offer, outcome, present, jump } = change;
  const { priceKey, region, serviceTier, rates, validFrom, validTo } = offer;
  const isTaken = outcome !== 'unchanged' && outcome !== 'outranked';
  return {
    priceKey,
    region,
    serviceTier,
    rates,
    longContext: [...offer.longContext],
    outcome,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
    ...(present && { present: toPriceVersion(present) }),
    ...jump,
    isBackDated:
      isTaken && validFrom !== undefined && validFrom < at.toISOString(),
  };
}

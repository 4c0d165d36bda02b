import {
  ServiceTier,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CallPrice, Price } from './Price';
import { PriceTimeline } from './PriceTimeline';
import { toCallPrice } from './terms';

const OTHER_TIERS = serviceTierSchema.exclude(['standard']).options;

/**
 * The price of calls at a place, with the tiers of service that it is sold in.
 *
 * @returns undefined when the standard tier has no price of any class of a call: then nothing is served
 */
export function priceFor(
  timeline: PriceTimeline,
  place: { priceKey: string; region: string },
  at: string,
): Price | undefined {
  const find = (serviceTier: ServiceTier) => {
    const version = timeline.inForce({ ...place, serviceTier }, at);
    if (!version) return undefined;
    const price = toCallPrice(version.id, version);
    return Object.keys(price.rates).length > 0 ? { version, price } : undefined;
  };
  const standard = find('standard');
  if (!standard) return undefined;
  const serviceTiers: Partial<Record<(typeof OTHER_TIERS)[number], CallPrice>> =
    {};
  for (const tier of OTHER_TIERS) {
    const found = find(tier);
    if (found) serviceTiers[tier] = found.price;
  }
  const { priceKey, source } = standard.version;
  return { ...standard.price, priceKey, source, serviceTiers };
}

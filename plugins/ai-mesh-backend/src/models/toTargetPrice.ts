import { Price } from '../prices/Price';
import { SnapshotModel } from './ModelSnapshotSource';

type TargetPrice = Pick<
  SnapshotModel['targets'][number],
  'priceVersionId' | 'rates' | 'longContext' | 'serviceTiers'
>;

/** What a gateway must know of a target's price: long prompts and other tiers of service too. */
export function toTargetPrice(price: Price): TargetPrice {
  const { priceVersionId, rates, longContext, serviceTiers } = price;
  return { priceVersionId, rates, longContext, serviceTiers };
}

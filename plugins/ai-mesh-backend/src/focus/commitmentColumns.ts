import { FocusCharge } from './FocusCharge';
import { decimalOfCount } from './focusDecimal';
import { meterOf } from './meters';
import { PricedCharge } from './unitPrice';

const NO_COMMITMENT = {
  CommitmentDiscountCategory: null,
  CommitmentDiscountId: null,
  CommitmentDiscountName: null,
  CommitmentDiscountQuantity: null,
  CommitmentDiscountStatus: null,
  CommitmentDiscountType: null,
  CommitmentDiscountUnit: null,
} as const;

/** The commitment that a call uses up. */
export function commitmentColumns(
  { about, quantity }: FocusCharge,
  priced: PricedCharge | undefined,
) {
  const meter = meterOf(about.chargeClass);
  if (!meter || !isCovered(about)) return NO_COMMITMENT;
  return {
    CommitmentDiscountCategory: 'Usage',
    CommitmentDiscountId: `provisioned/${about.targetId}`,
    CommitmentDiscountName: about.targetId,
    CommitmentDiscountQuantity: priced ? decimalOfCount(quantity) : null,
    CommitmentDiscountStatus: 'Used',
    CommitmentDiscountType: 'Provisioned Throughput',
    CommitmentDiscountUnit: priced ? meter.consumedUnit : null,
  };
}

/** Calls that capacity paid by the hour answers (Azure PTU) use a commitment up. */
export function isCovered({
  serviceTier,
  chargeClass,
}: FocusCharge['about']): boolean {
  return serviceTier === 'provisioned' && chargeClass !== 'adjustment';
}

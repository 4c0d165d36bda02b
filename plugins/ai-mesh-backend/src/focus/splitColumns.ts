import {
  FocusVersion,
  GPU_SPLIT_CONFIDENCE,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { humanise } from '../reports/humanise';
import { FocusCharge } from './FocusCharge';
import { decimalOfUsd, FocusDecimal } from './focusDecimal';
import { toTags } from './toTags';

/** The method by which shared machines are split; docs/focus-export.md describes it under this name. */
const SPLIT_METHOD = 'ai-mesh/gpu-time/1';

const RATIO_DIGITS = 12;

const NO_SPLIT = {
  AllocatedMethodDetails: null,
  AllocatedMethodId: null,
  AllocatedResourceId: null,
  AllocatedResourceName: null,
  AllocatedTags: null,
  x_IdleCost: null,
  x_SplitConfidence: null,
  x_SplitOriginCost: null,
  x_SplitOriginId: null,
  x_UtilisedCost: null,
} as const;

/**
 * The columns of a shared machine. From 1.3 on the parts repeat every dimension of the charge that they were split
 * from, whose place they take, and their consumer stands in the Allocated columns alone (attribute
 * DataGeneratorCalculatedSplitCostAllocationHandling). In 1.2, which has no such columns, a part is a charge of its
 * consumer like any other.
 */
export function splitColumns(charge: FocusCharge, version: FocusVersion) {
  const { split, about } = charge;
  if (!split) return NO_SPLIT;
  const { consumer, whole } = split;
  const own = {
    x_IdleCost: decimalOfUsd(split.idle),
    x_SplitConfidence: consumer
      ? GPU_SPLIT_CONFIDENCE[consumer.method]
      : 'exact',
    x_SplitOriginCost: whole ? decimalOfUsd(whole.cost) : null,
    x_SplitOriginId: split.originId,
    x_UtilisedCost: decimalOfUsd(split.utilised),
  };
  if (version === '1.2') return { ...NO_SPLIT, ...own };
  const resource =
    consumer && (consumer.applicationRef || consumer.departmentRef);
  return {
    ...own,
    AllocatedMethodDetails: whole
      ? methodDetails(whole.ratio, charge.quantity)
      : null,
    AllocatedMethodId: `${SPLIT_METHOD}/${consumer?.method ?? 'remainder'}`,
    AllocatedResourceId: resource ?? null,
    AllocatedResourceName: resource === undefined ? null : humanise(resource),
    AllocatedTags: consumer
      ? toTags({
          application: consumer.applicationRef,
          cost_center: about.costCentre,
          department: consumer.departmentRef,
        })
      : null,
    // the machines belong to no department
    SubAccountId: null,
    SubAccountName: null,
    Tags: null,
    x_ApplicationId: null,
  };
}

/** Written by hand: a JavaScript number has no room for twelve digits of a share in every case. */
function methodDetails(ratio: bigint, gpuSeconds: bigint): string {
  return `{"Elements":[{"AllocatedRatio":${ratioText(
    ratio,
  )},"UsageUnit":"GPU-Seconds","UsageQuantity":${gpuSeconds}}]}`;
}

function ratioText(ratio: FocusDecimal): string {
  const digits = ratio.toString().padStart(RATIO_DIGITS + 1, '0');
  const fraction = digits.slice(-RATIO_DIGITS).replace(/0+$/, '');
  return `${digits.slice(0, -RATIO_DIGITS)}${fraction && `.${fraction}`}`;
}

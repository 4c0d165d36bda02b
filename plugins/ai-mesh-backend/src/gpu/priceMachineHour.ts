import {
  GpuUsageRecord,
  Rate,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../departments/DepartmentTree';
import { Account, expenseOf, suspenseFor } from '../ledger/accounts';
import { compareSpot } from './compareSpot';
import { MachineHourCost, MachinePart } from './MachineHour';
import { MachinePrice } from './MachinePrices';
import {
  costOfMachineTime,
  GpuAmount,
  secondsOf,
  splitMachineHour,
} from './splitMachineHour';

/** Every machine's cost passes through here: what comes in from the bill goes out to those who pay. */
export const GPU_CLEARING: Account = { kind: 'clearing', owner: 'gpu' };

/** Rented, given to nobody, and charged to nobody: what `aiMesh.gpu.unallocatedTo` has no Group for. */
const GPU_UNALLOCATED: Account = {
  kind: 'clearing',
  owner: 'gpu-unallocated',
};

const NOTHING: GpuAmount = { cost: ZERO_PICO_USD, gpuTime: 0n };

/** What a machine-hour is priced with. */
export interface PricingOptions {
  price: MachinePrice;
  /** For a spot machine: what an hour had cost on demand, atto-USD. */
  onDemandRate?: Rate;
  tree: DepartmentTree;
  /** The Group that pays for what nobody had; absent: nobody does. */
  unallocatedTo?: string;
}

/** Works out what a machine-hour cost, and who pays which part of it. Pure. */
export function priceMachineHour(
  record: GpuUsageRecord,
  options: PricingOptions,
): MachineHourCost {
  const { price, tree, unallocatedTo } = options;
  const billed = costOfMachineTime(price.rate, secondsOf(record));
  const { shares, unallocated } = splitMachineHour(record, billed);
  const parts = shares.map((share, partNo): MachinePart => {
    const { departmentRef, applicationRef, workload, method } =
      record.allocations[partNo];
    return {
      partNo,
      ...payerOf(departmentRef, tree),
      applicationRef,
      workload,
      method,
      used: share.used,
      idle: share.idle,
      unallocated: NOTHING,
      isMeasured: share.isMeasured,
      isEstimated: share.confidence === 'estimated',
    };
  });
  if (unallocated.gpuTime > 0n || unallocated.cost > 0n) {
    parts.push({
      partNo: parts.length,
      ...(unallocatedTo === undefined
        ? { account: GPU_UNALLOCATED, departmentRef: '' }
        : payerOf(unallocatedTo, tree)),
      used: NOTHING,
      idle: NOTHING,
      unallocated,
      isMeasured: true,
      isEstimated: false,
    });
  }
  return {
    priceVersionId: price.priceVersionId,
    billed,
    parts,
    spot:
      record.priority === 'spot'
        ? compareSpot(record, {
            spot: price.rate,
            onDemand: options.onDemandRate,
          })
        : undefined,
  };
}

/** A department that the catalog does not know pays nothing: its cost waits in suspense, under its name. */
function payerOf(
  departmentRef: string,
  tree: DepartmentTree,
): Pick<MachinePart, 'account' | 'departmentRef' | 'costCentre'> {
  const department = tree.find(departmentRef);
  return {
    account: department
      ? expenseOf(department.ref)
      : suspenseFor('unknown-department'),
    departmentRef,
    costCentre: department?.costCentre,
  };
}

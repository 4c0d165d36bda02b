import {
  GpuSplitMethod,
  GpuUsageRecord,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Account } from '../ledger/accounts';
import { UsageSource } from '../ledger/LedgerLine';
import { SpotFigures } from './compareSpot';
import { GpuAmount } from './splitMachineHour';

/** What makes a record the same record when it comes again. */
export type MachineHourKey = Pick<GpuUsageRecord, 'machineId' | 'from'>;

/** Recorded usage that has no price yet. */
export interface WaitingMachineHour {
  record: GpuUsageRecord;
  source: UsageSource;
}

/** A part of a machine-hour with who pays for it: one allocation, or the rest that nobody had. */
export interface MachinePart {
  /** The place of the allocation in its record; the rest comes last. */
  partNo: number;
  /** What the cost is charged to. */
  account: Account;
  /** As it was reported; empty for a rest that is charged to nobody. */
  departmentRef: string;
  costCentre?: string;
  applicationRef?: string;
  workload?: string;
  /** Absent for the rest. */
  method?: GpuSplitMethod;
  used: GpuAmount;
  idle: GpuAmount;
  unallocated: GpuAmount;
  /** Whether somebody measured how busy it was; else all of it counts as used, and is shown as not known. */
  isMeasured: boolean;
  /** Whether its cost was split by an estimate. */
  isEstimated: boolean;
}

/** What was worked out for a machine-hour once its price was known. Σ parts = billed, to the pico-dollar. */
export interface MachineHourCost {
  priceVersionId: string;
  billed: PicoUsd;
  parts: readonly MachinePart[];
  /** Absent for a machine at on-demand price. */
  spot?: SpotFigures;
}

/** A machine-hour with its cost, on its way to the ledger. */
export type PricedMachineHour = Pick<
  GpuUsageRecord,
  | 'machineId'
  | 'from'
  | 'to'
  | 'pool'
  | 'provider'
  | 'vmSize'
  | 'region'
  | 'gpuCount'
> &
  Pick<MachineHourCost, 'priceVersionId' | 'billed' | 'parts'> & {
    source: UsageSource;
  };

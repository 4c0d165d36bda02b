import {
  GpuAllocation,
  GpuUsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  COMMERCE,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { gpuRecord } from './gpuRecords';

const QUARTER_MS = 900_000;
const HOUR_MS = 4 * QUARTER_MS;
const MONTH_START = Date.UTC(2026, 10, 1);
const HOURS = 30 * 24;

/** The prices of the month, USD an hour. Quarters of an hour of them have no fraction of a pico-dollar. */
export const MONTH_RATES: Record<string, string> = {
  'azure-vm/Standard_ND96isr_H100_v5': '98.32',
  'azure-vm/Standard_ND96isr_H100_v5/spot': '39.33',
  'azure-vm/Standard_NC24ads_A100_v4': '3.673',
  'azure-vm/Standard_NC24ads_A100_v4/spot': '1.1019',
  'azure-vm/Standard_NC4as_T4_v3': '0.526',
};

const MACHINES: Pick<
  GpuUsageRecord,
  'machineId' | 'pool' | 'vmSize' | 'priority' | 'gpuCount'
>[] = [
  {
    machineId: 'train-0',
    pool: 'training',
    vmSize: 'Standard_ND96isr_H100_v5',
    priority: 'spot',
    gpuCount: 8,
  },
  {
    machineId: 'serve-0',
    pool: 'serving',
    vmSize: 'Standard_NC24ads_A100_v4',
    priority: 'on-demand',
    gpuCount: 1,
  },
  {
    machineId: 'batch-0',
    pool: 'batch',
    vmSize: 'Standard_NC24ads_A100_v4',
    priority: 'spot',
    gpuCount: 1,
  },
  {
    machineId: 'notebooks-0',
    pool: 'notebooks',
    vmSize: 'Standard_NC4as_T4_v3',
    priority: 'on-demand',
    gpuCount: 1,
  },
];

const PAYERS = [
  RESEARCH,
  CUSTOMER_CARE,
  ONLINE_STORE,
  COMMERCE,
  'group:default/dissolved', // has left the catalog
];

/**
 * November 2026 as a fleet would record it: whole GPUs, slices and shares of time, hours that end early, idle
 * machines, evictions, a department that nobody knows. The same seed gives the same month.
 */
export function recordedMonth(seed: number): GpuUsageRecord[] {
  const draw = seededDraw(seed);
  const records: GpuUsageRecord[] = [];
  for (const machine of MACHINES) {
    for (let hour = 0; hour < HOURS; hour++) {
      const start = MONTH_START + hour * HOUR_MS;
      const quarters = draw(10) === 0 ? 1 + draw(3) : 4;
      const record = gpuRecord({
        ...machine,
        from: start,
        to: start + quarters * QUARTER_MS,
        allocations: [],
      });
      const seconds = quarters * 900;
      for (let gpu = 0; gpu < machine.gpuCount; gpu++) {
        record.allocations.push(...allocationsOf(seconds, draw));
      }
      if (machine.priority === 'spot' && draw(40) === 0) {
        record.evictions.push({
          at: record.to,
          lostWorkSeconds: draw(1_800),
          restartSeconds: 120 + draw(600),
        });
      }
      records.push(record);
    }
  }
  return records;
}

/** What one GPU was given to in an hour. */
function allocationsOf(
  seconds: number,
  draw: (below: number) => number,
): GpuAllocation[] {
  const make = (
    method: GpuAllocation['method'],
    gpus: string,
  ): GpuAllocation => ({
    departmentRef: PAYERS[draw(PAYERS.length)],
    workload: `job-${draw(20)}`,
    method,
    gpus,
    seconds: 1 + draw(seconds),
    ...(draw(5) > 0 && {
      activeShare: `0.${String(draw(1_000_000)).padStart(6, '0')}`,
    }),
  });
  switch (draw(4)) {
    case 0:
      return [];
    case 1:
      return Array.from({ length: 1 + draw(7) }, () => make('mig', '1/7'));
    case 2: {
      const into = 2 + draw(5);
      return Array.from({ length: 1 + draw(into) }, () =>
        make('time-slice', `1/${into}`),
      );
    }
    default:
      return [make('whole', '1')];
  }
}

/** Whole numbers from zero up, by a linear congruential generator (Numerical Recipes, 2nd ed., section 7.1). */
function seededDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

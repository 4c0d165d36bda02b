import { GpuUsageRecordMessage } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { seededRandom } from './seededRandom';

const HOUR_MS = 3_600_000;
const HOUR_SECONDS = 3_600;
const HOURS_PER_DAY = 24;
const REGION = 'westeurope';

/** A machine in an hour: what of it is worth telling. Undefined: it was not rented. */
type Shift = (
  startMs: number,
  random: () => number,
) =>
  | Partial<Pick<GpuUsageRecordMessage, 'to' | 'allocations' | 'evictions'>>
  | undefined;

/** A machine of the example company. */
interface DemoMachine {
  machine: Pick<
    GpuUsageRecordMessage,
    'machineId' | 'pool' | 'vmSize' | 'priority' | 'gpuCount'
  >;
  shift: Shift;
}

/**
 * The GPUs of the example company: a small one that serves the house's own Llama day and night and idles by night,
 * a large spot machine that Research trains on and that is evicted now and then, and one for notebooks, cut in
 * slices that nobody takes all of.
 */
const DEMO_MACHINES: readonly DemoMachine[] = [
  {
    machine: {
      machineId: 'aks-serving-0',
      pool: 'serving',
      vmSize: 'Standard_NC4as_T4_v3',
      priority: 'on-demand',
      gpuCount: 1,
    },
    shift: (startMs, random) => ({
      allocations: [
        share('customer-care', 'returns-assistant', '1/2', {
          startMs,
          random,
        }),
        share('logistics', 'route-planner', '1/4', { startMs, random }),
      ],
    }),
  },
  {
    machine: {
      machineId: 'aks-training-spot-0',
      pool: 'training',
      vmSize: 'Standard_NC24ads_A100_v4',
      priority: 'spot',
      gpuCount: 1,
    },
    shift: (startMs, random) => {
      if (!isAtWork(startMs, 8, 16)) return undefined;
      const isEvicted = random() < 0.06;
      const seconds = isEvicted ? 2_700 : HOUR_SECONDS;
      return {
        to: startMs + seconds * 1_000, // who is evicted is billed no longer
        allocations: [
          {
            departmentRef: 'group:default/research',
            applicationRef: 'component:default/field-notes',
            workload: 'fine-tune-llama-3-8b',
            gpus: '1',
            seconds,
            method: 'whole',
            activeShare: decimal(0.8 + 0.17 * random()),
          },
        ],
        evictions: isEvicted
          ? [
              {
                at: startMs + seconds * 1_000,
                lostWorkSeconds: Math.round(200 + 700 * random()),
                restartSeconds: Math.round(240 + 300 * random()),
                departmentRef: 'group:default/research',
              },
            ]
          : [],
      };
    },
  },
  {
    machine: {
      machineId: 'aks-notebooks-0',
      pool: 'notebooks',
      vmSize: 'Standard_NC24ads_A100_v4',
      priority: 'on-demand',
      gpuCount: 1,
    },
    shift: (startMs, random) =>
      isAtWork(startMs, 12, 16)
        ? {
            allocations: [
              slice('research', 'notebook-noor', '2/7', 0.45 * random()),
              slice('online-store', 'notebook-mei', '1/7', 0.3 * random()),
              slice('finance-and-legal', 'notebook-henrik', '1/7'),
            ],
          }
        : undefined,
  },
];

/**
 * Invents what the machines of the past weeks were used for.
 *
 * @param options - the same seed gives the same record of an hour, whatever the clock says
 * @returns one record for each machine and hour that is over
 */
export function generatePastGpuUsage(options: {
  seed: number;
  now: Date;
  days: number;
}): GpuUsageRecordMessage[] {
  const end = Math.floor(options.now.getTime() / HOUR_MS);
  const first = end - options.days * HOURS_PER_DAY;
  const records: GpuUsageRecordMessage[] = [];
  for (const [place, { machine, shift }] of DEMO_MACHINES.entries()) {
    for (let hour = first; hour < end; hour++) {
      // by machine and hour, so that an hour is told alike when the seed runs again later
      const random = seededRandom(options.seed + place + 1_009 * hour);
      const startMs = hour * HOUR_MS;
      const had = shift(startMs, random);
      if (!had) continue;
      records.push({
        ...machine,
        provider: 'azure',
        region: REGION,
        from: startMs,
        to: startMs + HOUR_MS,
        allocations: [],
        ...had,
      });
    }
  }
  return records;
}

/** A share of the running time of the serving GPU, as busy as the office is. */
function share(
  department: string,
  application: string,
  gpus: string,
  { startMs, random }: { startMs: number; random: () => number },
): GpuUsageRecordMessage['allocations'][number] {
  return {
    departmentRef: `group:default/${department}`,
    applicationRef: `component:default/${application}`,
    workload: 'llama-3-8b-instruct',
    gpus,
    seconds: HOUR_SECONDS,
    method: 'time-slice',
    activeShare: decimal(
      isAtWork(startMs, 7, 18) ? 0.5 + 0.4 * random() : 0.15 * random(),
    ),
  };
}

/** A slice for a notebook; without `active` nobody measured it. */
function slice(
  department: string,
  workload: string,
  gpus: string,
  active?: number,
): GpuUsageRecordMessage['allocations'][number] {
  return {
    departmentRef: `group:default/${department}`,
    workload,
    gpus,
    seconds: HOUR_SECONDS,
    method: 'mig',
    ...(active !== undefined && { activeShare: decimal(active) }),
  };
}

function isAtWork(startMs: number, fromHour: number, toHour: number): boolean {
  const start = new Date(startMs);
  const hour = start.getUTCHours();
  const isWeekend = [0, 6].includes(start.getUTCDay());
  return !isWeekend && hour >= fromHour && hour < toHour;
}

function decimal(value: number): string {
  return value.toFixed(4);
}

import {
  GpuAllocation,
  GpuUsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../../__testUtils__/organisation';

const HOUR_MS = 3_600_000;
/** The start of a whole hour. */
export const TEN_O_CLOCK = Date.UTC(2026, 10, 20, 10);

/** A machine of eight GPUs for an hour; nobody has any. */
export function gpuRecord(
  changes: Partial<GpuUsageRecord> = {},
): GpuUsageRecord {
  return {
    machineId: 'vm-1',
    pool: 'h100',
    provider: 'azure',
    vmSize: 'Standard_ND96isr_H100_v5',
    region: 'westeurope',
    priority: 'on-demand',
    gpuCount: 8,
    from: TEN_O_CLOCK,
    to: TEN_O_CLOCK + HOUR_MS,
    allocations: [],
    evictions: [],
    ...changes,
  };
}

/** One GPU for an hour, half of the time busy. */
export function gpuAllocation(
  changes: Partial<GpuAllocation> = {},
): GpuAllocation {
  return {
    departmentRef: RESEARCH,
    workload: 'training',
    gpus: '1',
    seconds: 3_600,
    method: 'whole',
    activeShare: '0.5',
    ...changes,
  };
}

/** Any record whose allocations fit into its machine. */
export function gpuRecords(): fc.Arbitrary<GpuUsageRecord> {
  return fc
    .record({
      gpuCount: fc.integer({ min: 1, max: 8 }),
      offset: fc.integer({ min: 0, max: 3_599 }),
      length: fc.integer({ min: 1, max: 3_600 }),
      priority: fc.constantFrom('on-demand' as const, 'spot' as const),
    })
    .chain(({ gpuCount, offset, length, priority }) => {
      const seconds = Math.min(length, 3_600 - offset);
      const from = TEN_O_CLOCK + offset * 1_000;
      return fc
        .array(allocationsOfOneGpu(seconds), { maxLength: gpuCount })
        .map(ofEach =>
          gpuRecord({
            gpuCount,
            priority,
            from,
            to: from + seconds * 1_000,
            allocations: ofEach.flat(),
          }),
        );
    });
}

/** One GPU, given away as a whole, in slices or in shares of time, wholly or partly. */
function allocationsOfOneGpu(seconds: number): fc.Arbitrary<GpuAllocation[]> {
  const had = fc.integer({ min: 1, max: seconds });
  const whole = allocation('whole', fc.constant('1'), had).map(each => [each]);
  return fc.oneof(
    whole,
    slices('mig', fc.constant(7), had),
    slices('time-slice', fc.integer({ min: 2, max: 48 }), had),
  );
}

function slices(
  method: GpuAllocation['method'],
  into: fc.Arbitrary<number>,
  had: fc.Arbitrary<number>,
): fc.Arbitrary<GpuAllocation[]> {
  return into.chain(count =>
    fc.array(allocation(method, fc.constant(`1/${count}`), had), {
      minLength: 1,
      maxLength: count,
    }),
  );
}

function allocation(
  method: GpuAllocation['method'],
  gpus: fc.Arbitrary<string>,
  seconds: fc.Arbitrary<number>,
): fc.Arbitrary<GpuAllocation> {
  return fc.record(
    {
      departmentRef: fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH),
      workload: fc.constant('any'),
      gpus,
      seconds,
      method: fc.constant(method),
      activeShare: fc
        .integer({ min: 0, max: 1_000_000 })
        .map(millionths =>
          millionths === 1_000_000
            ? '1'
            : `0.${String(millionths).padStart(6, '0')}`,
        ),
    },
    {
      requiredKeys: ['departmentRef', 'workload', 'gpus', 'seconds', 'method'],
    },
  );
}

import {
  allocate,
  divideHalfEven,
  Fraction,
  GPU_SPLIT_CONFIDENCE,
  GpuAllocation,
  GpuConfidence,
  GpuUsageRecord,
  invariant,
  PicoUsd,
  picoUsd,
  Rate,
  readGpuCount,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const SECONDS_PER_HOUR = 3_600n;
const ATTO_PER_PICO = 1_000_000n;
const MILLI = 1_000n;
/** Activity is a decimal with at most six places. */
const WHOLE_ACTIVITY = 1_000_000n;

/** Money and time of GPUs that belong together. */
export interface GpuAmount {
  cost: PicoUsd;
  /** Thousandths of a GPU-second. */
  gpuTime: bigint;
}

/** What one allocation came to. */
export interface GpuShare {
  used: GpuAmount;
  /** Allocated, and doing nothing. */
  idle: GpuAmount;
  /** False: nobody measured, all of it stands in `used`, and nothing is made up. */
  isMeasured: boolean;
  confidence: GpuConfidence;
}

/** A machine's cost in its three ledgers: Σ used + Σ idle + unallocated = billed. */
export interface MachineHourSplit {
  /** One an allocation, in the order of the record. */
  shares: GpuShare[];
  unallocated: GpuAmount;
}

/** How long a record is, in seconds. */
export function secondsOf(record: Pick<GpuUsageRecord, 'from' | 'to'>): bigint {
  return BigInt(record.to - record.from) / MILLI;
}

/**
 * What a machine cost: the one rounding of a machine-hour, half to even, to the pico-dollar.
 *
 *     cost = round_half_even(rate × seconds / 3600)
 *
 * @param rate - atto-USD for an hour
 * @example costOfMachineTime(parseRate('3.60', '1000'), 1n) // 1000000000n, that is 0.001 USD
 */
export function costOfMachineTime(rate: Rate, seconds: bigint): PicoUsd {
  invariant(seconds >= 0n, 'machine time below zero');
  return picoUsd(
    divideHalfEven(rate * seconds, SECONDS_PER_HOUR * ATTO_PER_PICO),
  );
}

/**
 * Splits the cost of a machine-hour, and its GPU time, without a rest.
 *
 *     allocated(d)   = billed × gpus(d) × seconds(d) / (gpuCount × seconds)
 *     used(d)        = allocated(d) × mean activity
 *     idle(d)        = allocated(d) − used(d)
 *     unallocated    = billed − Σ allocated
 *
 * Odd pico-dollars go to the largest remainders. First the bill is split among allocations, then each of them into
 * used and idle: so what a department pays does not depend on what was measured.
 *
 * @param record - checked: its allocations fit into the machine
 * @see DCGM_FI_PROF_GR_ENGINE_ACTIVE of NVIDIA's Data Center GPU Manager for the activity
 */
export function splitMachineHour(
  record: Pick<GpuUsageRecord, 'from' | 'to' | 'gpuCount' | 'allocations'>,
  billed: PicoUsd,
): MachineHourSplit {
  const available = BigInt(record.gpuCount) * secondsOf(record);
  const weights = weightsOf(record.allocations, available);
  const costs = allocate(billed, weights);
  // GPU time is distributed as money is, so that it sums up likewise
  const times = allocate(picoUsd(available * MILLI), weights);
  const shares = record.allocations.map((allocation, place) =>
    splitShare(allocation, { cost: costs[place], gpuTime: times[place] }),
  );
  const last = weights.length - 1;
  const unallocated = { cost: costs[last], gpuTime: times[last] };
  const parts = [...shares.flatMap(({ used, idle }) => [used, idle])];
  const sum = sumPicoUsd([...parts, unallocated].map(part => part.cost));
  invariant(sum === billed, 'the three ledgers do not sum to the bill');
  return { shares, unallocated };
}

/** GPU-seconds over a common denominator, so that they are whole; the last one is what nobody had. */
function weightsOf(
  allocations: readonly GpuAllocation[],
  available: bigint,
): bigint[] {
  const had = allocations.map(({ gpus, seconds }): Fraction => {
    const { numerator, denominator } = readGpuCount(gpus);
    return { numerator: numerator * BigInt(seconds), denominator };
  });
  const common = had.reduce(
    (multiple, { denominator }) => leastCommonMultiple(multiple, denominator),
    1n,
  );
  const weights = had.map(
    ({ numerator, denominator }) => numerator * (common / denominator),
  );
  const rest = weights.reduce((left, each) => left - each, available * common);
  invariant(rest >= 0n, 'more GPU time is allocated than the machine has');
  return [...weights, rest];
}

function splitShare(allocation: GpuAllocation, whole: GpuAmount): GpuShare {
  const { activeShare, method } = allocation;
  const active =
    activeShare === undefined ? WHOLE_ACTIVITY : readActivity(activeShare);
  const weights = [active, WHOLE_ACTIVITY - active];
  const [usedCost, idleCost] = allocate(whole.cost, weights);
  const [usedTime, idleTime] = allocate(picoUsd(whole.gpuTime), weights);
  return {
    used: { cost: usedCost, gpuTime: usedTime },
    idle: { cost: idleCost, gpuTime: idleTime },
    isMeasured: activeShare !== undefined,
    confidence: GPU_SPLIT_CONFIDENCE[method],
  };
}

/** @param share - `0.4375`, as the schema lets it through; in millionths */
function readActivity(share: string): bigint {
  const [whole, decimals = ''] = share.split('.');
  return BigInt(whole + decimals.padEnd(6, '0'));
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

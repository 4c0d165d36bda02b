import { z } from 'zod';
import {
  countSchema,
  entityRefSchema,
  monthSchema,
  pageQuerySchema,
  picoUsdSchema,
  timestampSchema,
} from './shared';

const HOUR_MS = 3_600_000;
const WEEK_SECONDS = 7 * 86_400;
const MOST_GPUS = 1_000;
const FINEST_SHARE = 1_000;

/** Text for people, without control characters, which databases refuse. */
function nameSchema(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');
}

/** How a workload got its part of a machine's GPUs. @public */
export const gpuSplitMethodSchema = z.enum([
  /** Whole GPUs, nobody else on them. */
  'whole',
  /** Slices that the hardware keeps apart (NVIDIA MIG): 1/7 of an H100 is exactly that. */
  'mig',
  /** A share of the running time, counted by a scheduler: near enough, not exact. */
  'time-slice',
]);

/** @public */
export type GpuSplitMethod = z.output<typeof gpuSplitMethodSchema>;

/** How far the amount that a department is charged can be relied on. @public */
export const gpuConfidenceSchema = z.enum(['exact', 'estimated']);

/** @public */
export type GpuConfidence = z.output<typeof gpuConfidenceSchema>;

/** How sure a split by this method is. @public */
export const GPU_SPLIT_CONFIDENCE: Record<GpuSplitMethod, GpuConfidence> = {
  whole: 'exact',
  mig: 'exact',
  'time-slice': 'estimated',
};

/** GPUs as an exact number: `2`, or a fraction such as `3/7`. @public */
export const gpuCountSchema = z
  .string()
  .regex(
    /^[1-9]\d{0,3}(\/[1-9]\d{0,3})?$/,
    'expected a number of GPUs such as "2", or a fraction such as "3/7"',
  );

/** A fraction in whole numbers; the denominator is above zero. @public */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/**
 * Reads what {@link gpuCountSchema} lets through.
 *
 * @example readGpuCount('3/7') // { numerator: 3n, denominator: 7n }
 * @public
 */
export function readGpuCount(gpus: string): Fraction {
  const [numerator, denominator = '1'] = gpus.split('/');
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** What one workload had of a machine. @public */
export const gpuAllocationSchema = z
  .strictObject({
    /** The Group that pays. */
    departmentRef: entityRefSchema,
    applicationRef: entityRefSchema.optional(),
    /** Job, deployment or notebook, as its owner calls it. */
    workload: nameSchema(200),
    gpus: gpuCountSchema,
    /** How long it had them, whole seconds within the record's time. */
    seconds: z.number().int().min(1).max(3_600),
    method: gpuSplitMethodSchema,
    /**
     * Mean of `DCGM_FI_PROF_GR_ENGINE_ACTIVE` over that time: 0 to 1, a decimal with at most six places. Absent
     * when nobody measured; then it is not known how much of it lay idle, and nothing is made up.
     */
    activeShare: z
      .string()
      .regex(
        /^(0(\.\d{1,6})?|1(\.0{1,6})?)$/,
        'expected a share from 0 to 1 as text, such as "0.4375"',
      )
      .optional(),
  })
  .superRefine((allocation, context) => {
    if (!isReadable(allocation)) return;
    const { numerator, denominator } = readGpuCount(allocation.gpus);
    if (denominator > FINEST_SHARE) {
      context.addIssue({
        code: 'custom',
        path: ['gpus'],
        message: `no share is finer than 1/${FINEST_SHARE}`,
      });
    }
    if (allocation.method === 'whole' && numerator % denominator !== 0n) {
      context.addIssue({
        code: 'custom',
        path: ['gpus'],
        message:
          'must be a whole number by method "whole"; a part of a GPU is "mig" or "time-slice"',
      });
    }
  });

/** @public */
export type GpuAllocation = z.output<typeof gpuAllocationSchema>;

/** A spot machine that was taken away. @public */
export const gpuEvictionSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.number().int().min(0),
  /** Work done since the last checkpoint, which has to be done again. */
  lostWorkSeconds: z.number().int().min(0).max(WEEK_SECONDS),
  /** From the eviction until the work went on. */
  restartSeconds: z.number().int().min(0).max(WEEK_SECONDS),
  /** Whose work it was, where it was one department's. */
  departmentRef: entityRefSchema.optional(),
});

/**
 * A machine in one hour, or in a part of it: what it was, who had its GPUs, and what spot evictions cost. Sent
 * once that time is over. The same machine and `from` again is the same record; another part of the hour is another.
 * @public
 */
export const gpuUsageRecordSchema = z
  .strictObject({
    machineId: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        'expected up to 63 letters, digits, dots and dashes',
      ),
    pool: nameSchema(100),
    provider: z.enum(['azure']),
    /** As the price list calls it: `Standard_NC40ads_H100_v5`. */
    vmSize: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'expected a VM size'),
    region: z.string().regex(/^[a-z0-9-]{1,50}$/, 'expected a region'),
    priority: z.enum(['on-demand', 'spot']),
    gpuCount: z.number().int().min(1).max(MOST_GPUS),
    /** Milliseconds since 1970, on a whole second. */
    from: z.number().int().min(0).multipleOf(1_000, 'must be a whole second'),
    /** The first moment after it, in the same hour (UTC) or its end. */
    to: z.number().int().min(0).multipleOf(1_000, 'must be a whole second'),
    allocations: z.array(gpuAllocationSchema).max(1_000),
    evictions: z.array(gpuEvictionSchema).max(20).default([]),
  })
  .superRefine((record, context) => {
    for (const [path, message] of complaintsOf(record)) {
      context.addIssue({ code: 'custom', path: path.split('.'), message });
    }
  });

/** @public */
export type GpuUsageRecord = z.output<typeof gpuUsageRecordSchema>;

/** As a reporter sends it. @public */
export type GpuUsageRecordMessage = z.input<typeof gpuUsageRecordSchema>;

interface RecordShape {
  priority: 'on-demand' | 'spot';
  gpuCount: number;
  from: number;
  to: number;
  allocations: GpuAllocation[];
  evictions: { at: number }[];
}

/** What no single field shows: path of the field and text. */
function complaintsOf(record: RecordShape): [string, string][] {
  const { from, to, gpuCount, allocations, evictions } = record;
  const isWhole = [from, to, gpuCount].every(Number.isSafeInteger);
  if (!isWhole || !allocations.every(isReadable)) return []; // complained of already
  if (to <= from) return [['to', 'must be after `from`']];
  const complaints: [string, string][] = [];
  if (Math.floor(from / HOUR_MS) !== Math.floor((to - 1) / HOUR_MS)) {
    complaints.push(['to', 'must lie in the same hour (UTC) as `from`']);
  }
  for (const [index, allocation] of allocations.entries()) {
    if (allocation.seconds * 1_000 > to - from) {
      complaints.push([
        `allocations.${index}.seconds`,
        `is more than the ${(to - from) / 1_000} s of the record`,
      ]);
    }
  }
  if (allocatesTooMuch(record)) {
    complaints.push([
      'allocations',
      'sum to more GPU time than the machine has',
    ]);
  }
  if (evictions.length > 0 && record.priority !== 'spot') {
    complaints.push(['evictions', 'only a spot machine is evicted']);
  }
  for (const [index, { at }] of evictions.entries()) {
    if (at < from || at > to) {
      complaints.push([
        `evictions.${index}.at`,
        'must lie between `from` and `to`',
      ]);
    }
  }
  return complaints;
}

/** Refinements run on what a single field was complained of, too: they must not stumble over it. */
function isReadable({ gpus, seconds }: { gpus: string; seconds: number }) {
  return gpuCountSchema.safeParse(gpus).success && Number.isInteger(seconds);
}

/** Exact, in whole numbers: Σ gpus × seconds > gpuCount × seconds of the record. */
function allocatesTooMuch(record: RecordShape): boolean {
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  for (const allocation of record.allocations) {
    const gpus = readGpuCount(allocation.gpus);
    if (gpus.denominator > FINEST_SHARE) return false; // complained of already, and its sum would grow without end
    sum = {
      numerator:
        sum.numerator * gpus.denominator +
        gpus.numerator * BigInt(allocation.seconds) * sum.denominator,
      denominator: sum.denominator * gpus.denominator,
    };
  }
  const availableMs = BigInt(record.gpuCount) * BigInt(record.to - record.from);
  return sum.numerator * 1_000n > availableMs * sum.denominator;
}

/** `POST /v1/gpu/usage`: may be sent again at will; a record is booked once. @public */
export const gpuUsageRequestSchema = z.object({
  /** Who sends, for people who look into a difference. */
  reporterId: z.string().min(1).max(100),
  /** Checked one by one, so that one bad record does not hold up the others. */
  records: z.array(z.unknown()).max(2_000),
});

/** @public */
export const gpuUsageResponseSchema = z.object({
  /** New and in the ledger. */
  booked: z.number().int(),
  /** New, kept, and booked as soon as there is a price for the machine at that hour. */
  waiting: z.number().int(),
  repeated: z.number().int(),
  /** Put aside with the reason; not to be sent again as they are. */
  rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
});

/** @public */
export type GpuUsageResponse = z.output<typeof gpuUsageResponseSchema>;

/** By what GPU cost is broken down. @public */
export const gpuGroupBySchema = z.enum(['pool', 'vmSize', 'department']);

/** @public */
export type GpuGroupBy = z.output<typeof gpuGroupBySchema>;

/** Which GPU cost to report. Times are cut to whole days, UTC. @public */
export const gpuCostQuerySchema = pageQuerySchema.extend({
  from: timestampSchema,
  to: timestampSchema,
  /** Only this pool. */
  pool: z.string().max(100).optional(),
  /** Only the department and those below it. */
  departmentRef: entityRefSchema.optional(),
  groupBy: gpuGroupBySchema.default('pool'),
  orderBy: z
    .enum(['billed', 'idle', 'unallocated', 'gpuTime', 'label'])
    .default('billed'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

/** @public */
export type GpuCostQuery = z.output<typeof gpuCostQuerySchema>;

/** Time of GPUs in thousandths of a GPU-second. `used`, `idle` and `unallocated` sum to all of it. @public */
export const gpuTimeSchema = z.object({
  used: countSchema,
  /** Part of `used` that nobody measured. */
  unknown: countSchema,
  idle: countSchema,
  unallocated: countSchema,
});

/** @public */
export type GpuTime = z.output<typeof gpuTimeSchema>;

/** The three ledgers: `billed = used + idle + unallocated`, to the pico-dollar. @public */
export const gpuSumsSchema = z.object({
  billedPicoUsd: picoUsdSchema,
  usedPicoUsd: picoUsdSchema,
  /** Part of `used` whose activity nobody measured: it may have been idle. */
  unknownPicoUsd: picoUsdSchema,
  /** Allocated, charged to the department, and doing nothing. */
  idlePicoUsd: picoUsdSchema,
  /** Rented, and given to nobody. */
  unallocatedPicoUsd: picoUsdSchema,
  /** Part of `used` and `idle` that was split by an estimate (time slices). */
  estimatedPicoUsd: picoUsdSchema,
  gpuTime: gpuTimeSchema,
});

/** @public */
export type GpuSums = z.output<typeof gpuSumsSchema>;

/** One row of a GPU cost report. @public */
export const gpuCostRowSchema = gpuSumsSchema.extend({
  /** Pool, VM size, or the Group that pays; for what no department pays, the account. */
  id: z.string(),
  label: z.string(),
  /** `billed` by GPU-hour; absent where there was no GPU time. */
  costPerGpuHourPicoUsd: picoUsdSchema.optional(),
  /** Net of lost work; absent by department, and for who may not see whole machines. */
  spotNetSavingPicoUsd: picoUsdSchema.optional(),
});

/** @public */
export type GpuCostRow = z.output<typeof gpuCostRowSchema>;

/** Spot against on-demand: a pool in a month. @public */
export const gpuSpotRowSchema = z.object({
  pool: z.string(),
  month: monthSchema,
  /** Machine time at spot prices, seconds. */
  seconds: countSchema,
  /** What it cost. */
  spotPicoUsd: picoUsdSchema,
  /** What the same time had cost on demand; hours without such a price are left out here and in `comparedPicoUsd`. */
  onDemandPicoUsd: picoUsdSchema,
  /** Part of `spotPicoUsd` that has an on-demand price beside it. */
  comparedPicoUsd: picoUsdSchema,
  evictions: countSchema,
  /** Work lost since the last checkpoint, and waiting to restart, seconds. */
  reworkSeconds: countSchema,
  /** Those seconds at the spot price of their hour. */
  reworkPicoUsd: picoUsdSchema,
  /** onDemand − compared − rework; below zero where evictions ate the discount. */
  netSavingPicoUsd: picoUsdSchema,
});

/** @public */
export type GpuSpotRow = z.output<typeof gpuSpotRowSchema>;

/** Machine time that waits for a price: not in any sum. @public */
export const gpuWaitingSchema = z.object({
  vmSize: z.string(),
  region: z.string(),
  priority: z.enum(['on-demand', 'spot']),
  records: z.number().int(),
  seconds: countSchema,
  /** The first moment for which a price is missing. */
  since: timestampSchema,
});

/** @public */
export type GpuWaiting = z.output<typeof gpuWaitingSchema>;

/** A GPU cost report: totals, the ledgers by day, a page of rows, spot, and what has no price yet. @public */
export const gpuCostReportSchema = z.object({
  total: gpuSumsSchema,
  days: z.array(gpuSumsSchema.extend({ from: timestampSchema })),
  rows: z.array(gpuCostRowSchema),
  rowCount: z.number().int(),
  /** Pools that the caller has a part in, for the choice of one. */
  pools: z.array(z.string()),
  /** Empty for who may not see whole machines. */
  spot: z.array(gpuSpotRowSchema),
  /** Empty for who may not see whole machines. */
  waiting: z.array(gpuWaitingSchema),
  /** Whether the caller sees whole machines, and so the whole bill; else the part of the caller's departments. */
  seesMachines: z.boolean(),
  containsDemoData: z.boolean(),
});

/** @public */
export type GpuCostReport = z.output<typeof gpuCostReportSchema>;

import {
  divideHalfEven,
  GpuApi,
  GpuCostReport,
  GpuCostRow,
  GpuGroupBy,
  GpuSums,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const DAY_MS = 86_400_000;
const HOUR_OF_GPU_TIME = 3_600_000n;

const GROUPS: Record<GpuGroupBy, { id: string; label: string }[]> = {
  pool: ['serving', 'training', 'notebooks'].map(id => ({ id, label: id })),
  vmSize: [
    'Standard_NC4as_T4_v3',
    'Standard_NC24ads_A100_v4',
    'Standard_NC40ads_H100_v5',
  ].map(id => ({ id, label: id })),
  department: [
    { id: 'expense:group:default/customer-care', label: 'Customer Care' },
    { id: 'expense:group:default/online-store', label: 'Online Store' },
    { id: 'clearing:gpu-unallocated', label: 'Given to nobody' },
  ],
};

/** A report whose days and rows sum to its totals. */
export function fakeGpuCosts(
  query: Parameters<GpuApi['getCosts']>[0],
  now: Date,
): GpuCostReport {
  const days: GpuCostReport['days'] = [];
  const endMs = Math.min(Date.parse(query.to), now.getTime());
  for (let at = Date.parse(query.from); at < endMs; at += DAY_MS) {
    const wave = BigInt(10 + ((Math.floor(at / DAY_MS) * 7) % 9));
    days.push({ from: new Date(at).toISOString(), ...sumsOf(wave) });
  }
  const total = days.reduce<GpuSums>(add, sumsOf(0n));
  const groups = GROUPS[query.groupBy ?? 'pool'];
  const seesSpot = query.groupBy !== 'department';
  const rows = groups.map((group, place) =>
    toRow(group, partOf(total, place, groups.length), seesSpot),
  );
  return {
    total,
    days,
    rows: query.order === 'asc' ? [...rows].reverse() : rows,
    rowCount: rows.length,
    pools: GROUPS.pool.map(({ id }) => id),
    spot: [
      {
        pool: 'training',
        month: now.toISOString().slice(0, 7),
        seconds: 432_000n,
        spotPicoUsd: picoUsd(132_000_000_000_000n),
        onDemandPicoUsd: picoUsd(440_760_000_000_000n),
        comparedPicoUsd: picoUsd(132_000_000_000_000n),
        evictions: 7n,
        reworkSeconds: 5_400n,
        reworkPicoUsd: picoUsd(1_650_000_000_000n),
        netSavingPicoUsd: picoUsd(307_110_000_000_000n),
      },
    ],
    waiting: [],
    seesMachines: true,
    containsDemoData: true,
  };
}

function sumsOf(wave: bigint): GpuSums {
  const used = wave * 1_300_000_000_007n;
  const idle = wave * 400_000_000_003n;
  const unallocated = wave * 250_000_000_001n;
  return {
    billedPicoUsd: picoUsd(used + idle + unallocated),
    usedPicoUsd: picoUsd(used),
    unknownPicoUsd: picoUsd(used / 10n),
    idlePicoUsd: picoUsd(idle),
    unallocatedPicoUsd: picoUsd(unallocated),
    estimatedPicoUsd: picoUsd(idle / 2n),
    gpuTime: {
      used: wave * 2n * HOUR_OF_GPU_TIME,
      unknown: (wave * 2n * HOUR_OF_GPU_TIME) / 10n,
      idle: wave * HOUR_OF_GPU_TIME,
      unallocated: (wave * HOUR_OF_GPU_TIME) / 2n,
    },
  };
}

function add(a: GpuSums, b: GpuSums): GpuSums {
  const money = (left: PicoUsd, right: PicoUsd) => picoUsd(left + right);
  return {
    billedPicoUsd: money(a.billedPicoUsd, b.billedPicoUsd),
    usedPicoUsd: money(a.usedPicoUsd, b.usedPicoUsd),
    unknownPicoUsd: money(a.unknownPicoUsd, b.unknownPicoUsd),
    idlePicoUsd: money(a.idlePicoUsd, b.idlePicoUsd),
    unallocatedPicoUsd: money(a.unallocatedPicoUsd, b.unallocatedPicoUsd),
    estimatedPicoUsd: money(a.estimatedPicoUsd, b.estimatedPicoUsd),
    gpuTime: {
      used: a.gpuTime.used + b.gpuTime.used,
      unknown: a.gpuTime.unknown + b.gpuTime.unknown,
      idle: a.gpuTime.idle + b.gpuTime.idle,
      unallocated: a.gpuTime.unallocated + b.gpuTime.unallocated,
    },
  };
}

/** The first part takes what does not divide. */
function partOf(total: GpuSums, place: number, count: number): GpuSums {
  const part = (amount: bigint) => {
    const each = amount / BigInt(count);
    return place === 0 ? amount - each * BigInt(count - 1) : each;
  };
  const { used, unknown, idle, unallocated } = total.gpuTime;
  const parts = {
    usedPicoUsd: picoUsd(part(total.usedPicoUsd)),
    idlePicoUsd: picoUsd(part(total.idlePicoUsd)),
    unallocatedPicoUsd: picoUsd(part(total.unallocatedPicoUsd)),
  };
  return {
    ...parts,
    billedPicoUsd: picoUsd(
      parts.usedPicoUsd + parts.idlePicoUsd + parts.unallocatedPicoUsd,
    ),
    unknownPicoUsd: picoUsd(part(total.unknownPicoUsd)),
    estimatedPicoUsd: picoUsd(part(total.estimatedPicoUsd)),
    gpuTime: {
      used: part(used),
      unknown: part(unknown),
      idle: part(idle),
      unallocated: part(unallocated),
    },
  };
}

function toRow(
  group: { id: string; label: string },
  sums: GpuSums,
  seesSpot: boolean,
): GpuCostRow {
  const { used, idle, unallocated } = sums.gpuTime;
  const time = used + idle + unallocated;
  return {
    ...group,
    ...sums,
    costPerGpuHourPicoUsd:
      time === 0n
        ? undefined
        : picoUsd(divideHalfEven(sums.billedPicoUsd * HOUR_OF_GPU_TIME, time)),
    spotNetSavingPicoUsd:
      seesSpot && group.id === 'training'
        ? picoUsd(307_110_000_000_000n)
        : undefined,
  };
}

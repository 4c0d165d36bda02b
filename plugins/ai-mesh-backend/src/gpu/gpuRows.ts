import {
  GpuUsageRecord,
  gpuSplitMethodSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import { ColumnType } from '../database/insertRows';
import { AccountKind } from '../ledger/accounts';
import { UsageSource } from '../ledger/LedgerLine';
import { MachineHourKey, MachinePart } from './MachineHour';
import { secondsOf } from './splitMachineHour';
import { textOf } from './SpanBook';

const DAY_MS = 86_400_000;

export const HOUR_COLUMNS = {
  machine_id: 'text',
  from_ms: 'integer',
  to_ms: 'integer',
  day: 'integer',
  pool: 'text',
  provider: 'text',
  vm_size: 'text',
  region: 'text',
  priority: 'text',
  gpu_count: 'integer',
  seconds: 'integer',
  source: 'text',
  state: 'text',
  reporter_id: 'text',
  record: 'text',
  received_at: 'integer',
} as const satisfies Record<string, ColumnType>;

export const PART_COLUMNS = {
  machine_id: 'text',
  from_ms: 'integer',
  part_no: 'integer',
  day: 'integer',
  pool: 'text',
  vm_size: 'text',
  source: 'text',
  account_kind: 'text',
  account_owner: 'text',
  department_ref: 'text',
  cost_centre: 'text',
  application_ref: 'text',
  workload: 'text',
  method: 'text',
  measured: 'boolean',
  estimated: 'boolean',
  used_pico: 'integer',
  used_time: 'integer',
  idle_pico: 'integer',
  idle_time: 'integer',
  unallocated_pico: 'integer',
  unallocated_time: 'integer',
} as const satisfies Record<string, ColumnType>;

/** The columns of a part that are read back; amounts as text, because a JavaScript number would lose digits. */
export interface PartRow {
  machine_id: string;
  from_ms: string;
  part_no: number;
  account_kind: AccountKind;
  account_owner: string;
  department_ref: string;
  cost_centre: string | null;
  application_ref: string | null;
  workload: string | null;
  method: string | null;
  measured: boolean | number;
  estimated: boolean | number;
  used_pico: string;
  used_time: string;
  idle_pico: string;
  idle_time: string;
  unallocated_pico: string;
  unallocated_time: string;
}

/** Start of the UTC day, epoch milliseconds. */
function dayOf(record: Pick<GpuUsageRecord, 'from'>): number {
  return Math.floor(record.from / DAY_MS) * DAY_MS;
}

export function toHourRow(
  record: GpuUsageRecord,
  origin: { source: UsageSource; reporterId: string; receivedAt: Date },
) {
  return {
    machine_id: record.machineId,
    from_ms: record.from,
    to_ms: record.to,
    day: dayOf(record),
    pool: record.pool,
    provider: record.provider,
    vm_size: record.vmSize,
    region: record.region,
    priority: record.priority,
    gpu_count: record.gpuCount,
    seconds: secondsOf(record),
    source: origin.source,
    state: 'waiting',
    reporter_id: origin.reporterId,
    record: textOf(record),
    received_at: origin.receivedAt.getTime(),
  };
}

export function toPartRow(
  part: MachinePart,
  hour: { record: GpuUsageRecord; source: UsageSource },
) {
  const { record, source } = hour;
  return {
    machine_id: record.machineId,
    from_ms: record.from,
    part_no: part.partNo,
    day: dayOf(record),
    pool: record.pool,
    vm_size: record.vmSize,
    source,
    account_kind: part.account.kind,
    account_owner: part.account.owner,
    department_ref: part.departmentRef,
    cost_centre: part.costCentre,
    application_ref: part.applicationRef,
    workload: part.workload,
    method: part.method,
    measured: part.isMeasured,
    estimated: part.isEstimated,
    used_pico: part.used.cost,
    used_time: part.used.gpuTime,
    idle_pico: part.idle.cost,
    idle_time: part.idle.gpuTime,
    unallocated_pico: part.unallocated.cost,
    unallocated_time: part.unallocated.gpuTime,
  };
}

/** Reads the parts of machine-hours. */
export async function readParts(
  database: Knex,
  keys: readonly MachineHourKey[],
): Promise<(key: MachineHourKey) => MachinePart[]> {
  const rows = await database('gpu_parts')
    .whereIn(
      ['machine_id', 'from_ms'],
      keys.map(({ machineId, from }) => [machineId, from]),
    )
    .orderBy(['machine_id', 'from_ms', 'part_no'])
    .select<PartRow[]>(
      'machine_id',
      asText(database, 'from_ms'),
      'part_no',
      'account_kind',
      'account_owner',
      'department_ref',
      'cost_centre',
      'application_ref',
      'workload',
      'method',
      'measured',
      'estimated',
      ...['used', 'idle', 'unallocated'].flatMap(ledger => [
        asText(database, `${ledger}_pico`),
        asText(database, `${ledger}_time`),
      ]),
    );
  const byKey = new Map<string, MachinePart[]>();
  for (const row of rows) {
    const key = `${row.machine_id} ${row.from_ms}`;
    const parts = byKey.get(key);
    if (parts) parts.push(toPart(row));
    else byKey.set(key, [toPart(row)]);
  }
  return ({ machineId, from }) => byKey.get(`${machineId} ${from}`) ?? [];
}

function toPart(row: PartRow): MachinePart {
  const amount = (pico: string, time: string) => ({
    cost: picoUsd(BigInt(pico)),
    gpuTime: BigInt(time),
  });
  return {
    partNo: row.part_no,
    account: { kind: row.account_kind, owner: row.account_owner },
    departmentRef: row.department_ref,
    costCentre: row.cost_centre ?? undefined,
    applicationRef: row.application_ref ?? undefined,
    workload: row.workload ?? undefined,
    method:
      row.method === null ? undefined : gpuSplitMethodSchema.parse(row.method),
    used: amount(row.used_pico, row.used_time),
    idle: amount(row.idle_pico, row.idle_time),
    unallocated: amount(row.unallocated_pico, row.unallocated_time),
    isMeasured: Boolean(row.measured),
    isEstimated: Boolean(row.estimated),
  };
}

import {
  GpuGroupBy,
  GpuWaiting,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import {
  GpuCostCell,
  GpuCostFilter,
  GpuCostStore,
  SpotCell,
} from './GpuCostStore';

const GROUP_SQL: Record<GpuGroupBy, string> = {
  pool: 'pool',
  vmSize: 'vm_size',
  department: `account_kind || ':' ||
    case when account_kind = 'suspense' then department_ref else account_owner end`,
};

/** {@link GpuCostStore} in SQL. Sums of a day and group fit an int64 by far; further sums are added in code. */
export class DatabaseGpuCostStore implements GpuCostStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async readCosts(
    filter: GpuCostFilter & { groupBy: GpuGroupBy },
  ): Promise<GpuCostCell[]> {
    const group = this.#database.raw(GROUP_SQL[filter.groupBy]);
    const rows = await this.#parts(filter)
      .groupByRaw(`day, ${GROUP_SQL[filter.groupBy]}`)
      .orderByRaw(`day, ${GROUP_SQL[filter.groupBy]}`)
      .select(
        asText(this.#database, 'day'),
        this.#database.raw('? as group_id', [group]),
        this.#sum('used_pico', 'used'),
        this.#sum(unmeasured('used_pico'), 'unknown'),
        this.#sum('idle_pico', 'idle'),
        this.#sum('unallocated_pico', 'unallocated'),
        this.#sum(
          'case when estimated then used_pico + idle_pico else 0 end',
          'estimated',
        ),
        this.#sum('used_time', 'used_time'),
        this.#sum(unmeasured('used_time'), 'unknown_time'),
        this.#sum('idle_time', 'idle_time'),
        this.#sum('unallocated_time', 'unallocated_time'),
        this.#database.raw(
          `max(case when source = 'demo' then 1 else 0 end) as demo`,
        ),
      );
    return rows.map(toCostCell);
  }

  async readPools(filter: Omit<GpuCostFilter, 'pool'>): Promise<string[]> {
    const pools: string[] = await this.#parts(filter).distinct().pluck('pool');
    return pools.sort();
  }

  async readSpot(
    filter: Omit<GpuCostFilter, 'departmentRefs'>,
  ): Promise<SpotCell[]> {
    const query = this.#database('gpu_machine_hours')
      .where('priority', 'spot')
      .whereNot('state', 'waiting')
      .andWhere('day', '>=', filter.from)
      .andWhere('day', '<', filter.to);
    if (filter.pool !== undefined) query.andWhere('pool', filter.pool);
    const rows = await query
      .groupBy('day', 'pool', 'vm_size')
      .orderBy(['day', 'pool', 'vm_size'])
      .select(
        asText(this.#database, 'day'),
        'pool',
        'vm_size',
        this.#sum('seconds', 'seconds'),
        this.#sum('billed_pico', 'spot'),
        this.#sum('coalesce(on_demand_pico, 0)', 'on_demand'),
        this.#sum(
          'case when on_demand_pico is null then 0 else billed_pico end',
          'compared',
        ),
        this.#sum('evictions', 'evictions'),
        this.#sum('rework_seconds', 'rework_seconds'),
        this.#sum('rework_pico', 'rework'),
      );
    return rows.map(toSpotCell);
  }

  async readWaiting(): Promise<GpuWaiting[]> {
    const rows = await this.#database('gpu_machine_hours')
      .where('state', 'waiting')
      .groupBy('vm_size', 'region', 'priority')
      .orderBy(['vm_size', 'region', 'priority'])
      .select(
        'vm_size',
        'region',
        'priority',
        this.#sum('1', 'records'),
        this.#sum('seconds', 'seconds'),
        this.#database.raw('cast(min(from_ms) as text) as since'),
      );
    return rows.map(row => ({
      vmSize: row.vm_size,
      region: row.region,
      priority: row.priority,
      records: Number(row.records),
      seconds: BigInt(row.seconds),
      since: new Date(Number(row.since)).toISOString(),
    }));
  }

  #parts(filter: GpuCostFilter): Knex.QueryBuilder {
    const query = this.#database('gpu_parts')
      .where('day', '>=', filter.from)
      .andWhere('day', '<', filter.to);
    if (filter.pool !== undefined) query.andWhere('pool', filter.pool);
    if (filter.departmentRefs !== undefined) {
      query
        .andWhere('account_kind', 'expense')
        .whereIn('account_owner', filter.departmentRefs);
    }
    return query;
  }

  #sum(expression: string, name: string): Knex.Raw {
    return this.#database.raw(`cast(sum(${expression}) as text) as ${name}`);
  }
}

function unmeasured(column: string): string {
  return `case when measured then 0 else ${column} end`;
}

function toCostCell(row: Record<string, string> & { demo: number }) {
  const pico = (name: string) => picoUsd(BigInt(row[name]));
  return {
    day: Number(row.day),
    group: row.group_id,
    used: pico('used'),
    unknown: pico('unknown'),
    idle: pico('idle'),
    unallocated: pico('unallocated'),
    estimated: pico('estimated'),
    gpuTime: {
      used: BigInt(row.used_time),
      unknown: BigInt(row.unknown_time),
      idle: BigInt(row.idle_time),
      unallocated: BigInt(row.unallocated_time),
    },
    hasDemoData: row.demo === 1,
  };
}

function toSpotCell(row: Record<string, string>): SpotCell {
  const pico = (name: string) => picoUsd(BigInt(row[name]));
  return {
    day: Number(row.day),
    pool: row.pool,
    vmSize: row.vm_size,
    seconds: BigInt(row.seconds),
    spot: pico('spot'),
    onDemand: pico('on_demand'),
    compared: pico('compared'),
    evictions: BigInt(row.evictions),
    reworkSeconds: BigInt(row.rework_seconds),
    rework: pico('rework'),
  };
}

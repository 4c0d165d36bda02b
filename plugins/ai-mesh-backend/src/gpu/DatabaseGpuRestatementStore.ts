import {
  GpuUsageRecord,
  gpuUsageRecordSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import { insertRows, updateRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { UsageSource } from '../ledger/LedgerLine';
import { PART_COLUMNS, readParts, toPartRow } from './gpuRows';
import {
  BookedMachineHour,
  GpuRestatementStore,
  MachineHourFilter,
  NextCost,
  RestatingMachineHour,
} from './GpuRestatementStore';
import { MachineHourKey, MachinePart } from './MachineHour';

const PAGE_SIZE = 500;

interface RestatingRow {
  record: string;
  source: UsageSource;
  revision: number;
  price_version_id: string;
  billed_pico: string;
  next_price_version_id: string;
  next_billed_pico: string;
  next_rework_pico: string;
}

/** {@link GpuRestatementStore} in the plugin's database. */
export class DatabaseGpuRestatementStore implements GpuRestatementStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async booked(
    filter: MachineHourFilter,
    after: MachineHourKey | undefined,
  ): Promise<BookedMachineHour[]> {
    const query = narrow(this.#database('gpu_machine_hours'), filter)
      .where({ state: 'booked', priority: filter.priority })
      .orderBy(['machine_id', 'from_ms'])
      .limit(PAGE_SIZE)
      .select('record', 'price_version_id');
    if (after) {
      query.whereRaw('(machine_id, from_ms) > (?, ?)', [
        after.machineId,
        after.from,
      ]);
    }
    const rows: Pick<RestatingRow, 'record' | 'price_version_id'>[] =
      await query;
    return rows.map(row => ({
      record: readRecord(row.record),
      priceVersionId: row.price_version_id,
    }));
  }

  async plan(
    costs: readonly { key: MachineHourKey; next: NextCost }[],
  ): Promise<void> {
    await inTransaction(this.#database, transaction =>
      updateRows(transaction, {
        table: 'gpu_machine_hours',
        columns: {
          machine_id: 'text',
          from_ms: 'integer',
          state: 'text',
          next_price_version_id: 'text',
          next_billed_pico: 'integer',
          next_rework_pico: 'integer',
        },
        key: ['machine_id', 'from_ms'],
        rows: costs.map(({ key, next }) => ({
          machine_id: key.machineId,
          from_ms: key.from,
          state: 'restating',
          next_price_version_id: next.priceVersionId,
          next_billed_pico: next.billed,
          next_rework_pico: next.rework,
        })),
        where: [`state = 'booked'`],
      }),
    );
  }

  async restating(): Promise<RestatingMachineHour[]> {
    const rows = await this.#database('gpu_machine_hours')
      .where('state', 'restating')
      .orderBy(['machine_id', 'from_ms'])
      .limit(PAGE_SIZE)
      .select<RestatingRow[]>(
        'record',
        'source',
        'revision',
        'price_version_id',
        'next_price_version_id',
        asText(this.#database, 'billed_pico'),
        asText(this.#database, 'next_billed_pico'),
        asText(this.#database, 'next_rework_pico'),
      );
    const records = rows.map(row => readRecord(row.record));
    const partsOf = await readParts(this.#database, records);
    return rows.map((row, place) =>
      toRestating(row, records[place], partsOf(records[place])),
    );
  }

  async finish(
    hours: readonly (RestatingMachineHour & {
      parts: readonly MachinePart[];
    })[],
  ): Promise<void> {
    await inTransaction(this.#database, async transaction => {
      for (const { record, hour, revision, next, parts } of hours) {
        const isFirst = await transaction('gpu_machine_hours')
          .where({ ...whereOf(record), state: 'restating', revision })
          .update({
            state: 'booked',
            revision: revision + 1,
            price_version_id: next.priceVersionId,
            billed_pico: next.billed.toString(),
            rework_pico: next.rework.toString(),
            next_price_version_id: null,
            next_billed_pico: null,
            next_rework_pico: null,
          });
        if (!isFirst) continue;
        await transaction('gpu_parts').where(whereOf(record)).delete();
        await insertRows(transaction, {
          table: 'gpu_parts',
          columns: PART_COLUMNS,
          rows: parts.map(part =>
            toPartRow(part, { record, source: hour.source }),
          ),
          then: '',
        });
      }
    });
  }

  async forgetOnDemand(
    filter: Omit<MachineHourFilter, 'priority'>,
  ): Promise<void> {
    await narrow(this.#database('gpu_machine_hours'), filter)
      .where('priority', 'spot')
      .update({ on_demand_pico: null });
  }
}

function narrow(
  query: Knex.QueryBuilder,
  filter: Omit<MachineHourFilter, 'priority'>,
): Knex.QueryBuilder {
  const { provider, vmSize, region, from, to } = filter;
  return query
    .where({
      provider,
      vm_size: vmSize,
      ...(region !== undefined && { region }),
    })
    .andWhere('from_ms', '>=', from)
    .andWhere('from_ms', '<', to);
}

function toRestating(
  row: RestatingRow,
  record: GpuUsageRecord,
  parts: MachinePart[],
): RestatingMachineHour {
  return {
    record,
    revision: row.revision,
    hour: {
      ...record,
      source: row.source,
      priceVersionId: row.price_version_id,
      billed: picoUsd(BigInt(row.billed_pico)),
      parts,
    },
    next: {
      priceVersionId: row.next_price_version_id,
      billed: picoUsd(BigInt(row.next_billed_pico)),
      rework: picoUsd(BigInt(row.next_rework_pico)),
    },
  };
}

function whereOf({ machineId, from }: MachineHourKey) {
  return { machine_id: machineId, from_ms: from };
}

function readRecord(text: string): GpuUsageRecord {
  return gpuUsageRecordSchema.parse(JSON.parse(text));
}

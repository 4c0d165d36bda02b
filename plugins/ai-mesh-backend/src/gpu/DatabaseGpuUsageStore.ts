import {
  GpuUsageRecord,
  gpuUsageRecordSchema,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import { insertRows, updateRows } from '../database/insertRows';
import { inParts } from '../database/inParts';
import { inTransaction } from '../database/inTransaction';
import { UsageSource } from '../ledger/LedgerLine';
import {
  HOUR_COLUMNS,
  PART_COLUMNS,
  readParts,
  toHourRow,
  toPartRow,
} from './gpuRows';
import { GpuRecordOutcome, GpuUsageStore } from './GpuUsageStore';
import {
  MachineHourCost,
  MachineHourKey,
  PricedMachineHour,
  WaitingMachineHour,
} from './MachineHour';
import { Span, SpanBook } from './SpanBook';

/** No record is longer: it lies within one hour. */
const HOUR_MS = 3_600_000;
/** Machine-hours that are worked on at once. */
const PAGE_SIZE = 500;

interface OpenRow {
  record: string;
  source: UsageSource;
}

interface PricedRow extends OpenRow {
  price_version_id: string;
  billed_pico: string;
}

/** {@link GpuUsageStore} in the plugin's database. */
export class DatabaseGpuUsageStore implements GpuUsageStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(
    records: readonly GpuUsageRecord[],
    origin: { source: UsageSource; reporterId: string; receivedAt: Date },
  ): Promise<GpuRecordOutcome[]> {
    if (records.length === 0) return [];
    return inTransaction(this.#database, async transaction => {
      await lockMachines(transaction, records, origin.receivedAt);
      const spans = new SpanBook(await readSpans(transaction, records));
      const fresh: GpuUsageRecord[] = [];
      const outcomes = records.map(record => {
        const outcome = spans.take(record);
        if (outcome === 'new') fresh.push(record);
        return outcome;
      });
      await insertRows(transaction, {
        table: 'gpu_machine_hours',
        columns: HOUR_COLUMNS,
        rows: fresh.map(record => toHourRow(record, origin)),
        then: '',
      });
      return outcomes;
    });
  }

  async waiting(
    after: MachineHourKey | undefined,
  ): Promise<WaitingMachineHour[]> {
    const rows: OpenRow[] = await this.#page(after)
      .where('state', 'waiting')
      .select('record', 'source');
    return rows.map(({ record, source }) => ({
      record: readRecord(record),
      source,
    }));
  }

  async price(
    hours: readonly (WaitingMachineHour & { cost: MachineHourCost })[],
  ): Promise<number> {
    return inTransaction(this.#database, async transaction => {
      const priced: (typeof hours)[number][] = [];
      for (const hour of hours) {
        const isFirst = await transaction('gpu_machine_hours')
          .where({ ...whereOf(hour.record), state: 'waiting' })
          .update(toPricedColumns(hour.cost));
        if (isFirst) priced.push(hour);
      }
      await insertRows(transaction, {
        table: 'gpu_parts',
        columns: PART_COLUMNS,
        rows: priced.flatMap(hour =>
          hour.cost.parts.map(part => toPartRow(part, hour)),
        ),
        then: '',
      });
      return priced.length;
    });
  }

  async priced(): Promise<PricedMachineHour[]> {
    const rows: PricedRow[] = await this.#page(undefined)
      .where('state', 'priced')
      .select(
        'record',
        'source',
        'price_version_id',
        asText(this.#database, 'billed_pico'),
      );
    if (rows.length === 0) return [];
    const records = rows.map(({ record }) => readRecord(record));
    const partsOf = await readParts(this.#database, records);
    return rows.map((row, place) => ({
      ...records[place],
      source: row.source,
      priceVersionId: row.price_version_id,
      billed: picoUsd(BigInt(row.billed_pico)),
      parts: partsOf(records[place]),
    }));
  }

  async countOpen(keys: readonly MachineHourKey[]): Promise<number> {
    let open = 0;
    for (const part of inParts(keys)) {
      const [{ count }] = await this.#database('gpu_machine_hours')
        .whereIn(...isOneOf(part))
        .whereNot('state', 'booked')
        .count('* as count');
      open += Number(count);
    }
    return open;
  }

  async markBooked(keys: readonly MachineHourKey[], at: Date): Promise<void> {
    await inTransaction(this.#database, async transaction => {
      for (const part of inParts(keys)) {
        await transaction('gpu_machine_hours')
          .whereIn(...isOneOf(part))
          .where({ state: 'priced' })
          .update({ state: 'booked', booked_at: at.getTime() });
      }
    });
  }

  async uncompared(
    after: MachineHourKey | undefined,
  ): Promise<GpuUsageRecord[]> {
    const rows: OpenRow[] = await this.#page(after)
      .where('priority', 'spot')
      .whereNull('on_demand_pico')
      .whereNot('state', 'waiting')
      .select('record', 'source');
    return rows.map(({ record }) => readRecord(record));
  }

  async compare(
    figures: readonly { key: MachineHourKey; onDemand: PicoUsd }[],
  ): Promise<void> {
    await inTransaction(this.#database, transaction =>
      updateRows(transaction, {
        table: 'gpu_machine_hours',
        columns: {
          machine_id: 'text',
          from_ms: 'integer',
          on_demand_pico: 'integer',
        },
        key: ['machine_id', 'from_ms'],
        rows: figures.map(({ key, onDemand }) => ({
          machine_id: key.machineId,
          from_ms: key.from,
          on_demand_pico: onDemand,
        })),
        where: ['on_demand_pico is null'],
      }),
    );
  }

  #page(after: MachineHourKey | undefined): Knex.QueryBuilder {
    const query = this.#database('gpu_machine_hours')
      .orderBy(['machine_id', 'from_ms'])
      .limit(PAGE_SIZE);
    return after
      ? query.whereRaw('(machine_id, from_ms) > (?, ?)', [
          after.machineId,
          after.from,
        ])
      : query;
  }
}

/**
 * Makes deliveries about the same machine wait for each other: without it, two that overlap could both find the time
 * free. In a fixed order, so that they never wait in a circle.
 */
async function lockMachines(
  transaction: Knex.Transaction,
  records: readonly GpuUsageRecord[],
  at: Date,
): Promise<void> {
  const ids = [...new Set(records.map(record => record.machineId))].sort();
  await insertRows(transaction, {
    table: 'gpu_machines',
    columns: { machine_id: 'text', reported_at: 'integer' },
    rows: ids.map(id => ({ machine_id: id, reported_at: at.getTime() })),
    then: 'on conflict (machine_id) do update set reported_at = excluded.reported_at',
  });
}

async function readSpans(
  transaction: Knex.Transaction,
  records: readonly GpuUsageRecord[],
): Promise<Span[]> {
  const ids = [...new Set(records.map(record => record.machineId))];
  const earliest = Math.min(...records.map(record => record.from));
  const latest = Math.max(...records.map(record => record.to));
  const spans: Span[] = [];
  for (const part of inParts(ids)) {
    const rows = await transaction('gpu_machine_hours')
      .whereIn('machine_id', part)
      .andWhere('from_ms', '<', latest)
      .andWhere('from_ms', '>', earliest - HOUR_MS) // without it, all that a machine ever reported would be read
      .andWhere('to_ms', '>', earliest)
      .select('machine_id', 'from_ms', 'to_ms', 'record');
    for (const row of rows) {
      spans.push({
        machineId: row.machine_id,
        from: Number(row.from_ms),
        to: Number(row.to_ms),
        text: row.record,
      });
    }
  }
  return spans;
}

function toPricedColumns(cost: MachineHourCost) {
  const { spot } = cost;
  return {
    state: 'priced',
    price_version_id: cost.priceVersionId,
    billed_pico: cost.billed.toString(),
    on_demand_pico: spot?.onDemand?.toString() ?? null,
    evictions: spot?.evictions ?? 0,
    rework_seconds: (spot?.reworkSeconds ?? 0n).toString(),
    rework_pico: (spot?.rework ?? 0n).toString(),
  };
}

/** For `whereIn`: the columns of the key, and the keys. */
function isOneOf(keys: readonly MachineHourKey[]): [string[], Knex.Value[][]] {
  return [
    ['machine_id', 'from_ms'],
    keys.map(({ machineId, from }) => [machineId, from]),
  ];
}

function whereOf({ machineId, from }: MachineHourKey) {
  return { machine_id: machineId, from_ms: from };
}

function readRecord(text: string): GpuUsageRecord {
  return gpuUsageRecordSchema.parse(JSON.parse(text));
}

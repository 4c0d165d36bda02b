import { createHash } from 'node:crypto';
import { QuarantinedRecord as StoredRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';

/** The longest part of a record that is kept, in characters. */
const RECORD_MAX_LENGTH = 16_384;
/** Different records of one sender that are kept in a day, about 16 MB at most; further ones are counted. */
const MOST_A_DAY = 1_000;
const DAY_MS = 86_400_000;

/** A record that could not be booked, for people to look at. */
export interface QuarantinedRecord {
  reason: string;
  record: unknown;
}

/** Which records to list. */
export interface QuarantineFilter {
  /** When they came, epoch milliseconds. */
  from?: number;
  to?: number;
  state?: StoredRecord['state'];
}

/** How many records came, by what became of them. */
export interface QuarantineSummary {
  open: number;
  dismissed: number;
  booked: number;
  /** Of the open ones, the most frequent first. */
  reasons: { reason: string; records: number }[];
}

/**
 * Keeps what gateways delivered and nobody could book. Nothing that was measured disappears silently: what comes again
 * is counted on the record that is there, and what is too much to keep is counted by its reason.
 */
export interface QuarantineStore {
  add(
    records: readonly QuarantinedRecord[],
    options: { replicaId: string; receivedAt: Date },
  ): Promise<void>;

  find(id: number): Promise<StoredRecord | undefined>;

  /** Received last first. */
  list(
    filter: QuarantineFilter & { offset: number; limit: number },
  ): Promise<{ items: StoredRecord[]; total: number }>;

  summary(filter: QuarantineFilter): Promise<QuarantineSummary>;

  /** @returns false when somebody had decided before */
  decide(
    id: number,
    decision: {
      state: 'dismissed' | 'booked';
      by: string;
      at: Date;
      reason?: string;
    },
  ): Promise<boolean>;
}

interface Row {
  id: number;
  replica_id: string;
  reason: string;
  record: string;
  is_cut: boolean | number;
  times: number;
  received_at: string;
  last_received_at: string;
  state: StoredRecord['state'];
  decided_by: string | null;
  decided_at: string | null;
  decision: string | null;
}

/** The quarantine in SQL. */
export class DatabaseQuarantineStore implements QuarantineStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(
    records: readonly QuarantinedRecord[],
    options: { replicaId: string; receivedAt: Date },
  ): Promise<void> {
    if (records.length === 0) return;
    const { replicaId, receivedAt } = options;
    const at = receivedAt.getTime();
    await inTransaction(this.#database, async transaction => {
      const room = await roomOf(transaction, replicaId, at);
      const rows = new Map<string, ReturnType<typeof toRow>>();
      for (const each of records) {
        const row = toRow(each, { replicaId, at, isKept: rows.size < room });
        const twin = rows.get(row.digest);
        if (twin) twin.times += 1;
        else rows.set(row.digest, row);
      }
      await insertRows(transaction, {
        table: 'usage_quarantine',
        columns: {
          replica_id: 'text',
          reason: 'text',
          record: 'text',
          is_cut: 'boolean',
          digest: 'text',
          times: 'integer',
          received_at: 'integer',
          last_received_at: 'integer',
        },
        rows: [...rows.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1)),
        then: `on conflict (digest) do update set
          times = usage_quarantine.times + excluded.times,
          last_received_at = excluded.last_received_at`,
      });
    });
  }

  async find(id: number): Promise<StoredRecord | undefined> {
    const row = await this.#select().where({ id }).first();
    return row && toRecord(row);
  }

  async list(
    filter: QuarantineFilter & { offset: number; limit: number },
  ): Promise<{ items: StoredRecord[]; total: number }> {
    const [{ total }] = await narrow(
      this.#database('usage_quarantine'),
      filter,
    ).count({ total: '*' });
    const rows: Row[] = await narrow(this.#select(), filter)
      .orderBy([
        { column: 'received_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .offset(filter.offset)
      .limit(filter.limit);
    return { items: rows.map(toRecord), total: Number(total) };
  }

  async summary(filter: QuarantineFilter): Promise<QuarantineSummary> {
    const rows: {
      state: StoredRecord['state'];
      reason: string;
      records: string;
    }[] = await narrow(this.#database('usage_quarantine'), filter)
      .groupBy(['state', 'reason'])
      .select(
        'state',
        'reason',
        this.#database.raw(
          // what is only counted stands for as many records as it was counted
          `cast(sum(case when record = '' then times else 1 end) as text) as records`,
        ),
      );
    const counts = { open: 0, dismissed: 0, booked: 0 };
    for (const { state, records } of rows) counts[state] += Number(records);
    const reasons = rows
      .filter(row => row.state === 'open')
      .map(({ reason, records }) => ({ reason, records: Number(records) }))
      .sort((a, b) => b.records - a.records || (a.reason < b.reason ? -1 : 1));
    return { ...counts, reasons };
  }

  async decide(
    id: number,
    decision: Parameters<QuarantineStore['decide']>[1],
  ): Promise<boolean> {
    const changed = await this.#database('usage_quarantine')
      .where({ id, state: 'open' })
      .update({
        state: decision.state,
        decided_by: decision.by,
        decided_at: decision.at.getTime(),
        decision: decision.reason ?? null,
      });
    return changed === 1;
  }

  #select(): Knex.QueryBuilder {
    const times = ['received_at', 'last_received_at', 'decided_at'];
    return this.#database('usage_quarantine').select(
      'id',
      'replica_id',
      'reason',
      'record',
      'is_cut',
      'times',
      'state',
      'decided_by',
      'decision',
      ...times.map(name =>
        this.#database.raw(`cast(${name} as text) as ${name}`),
      ),
    );
  }
}

function narrow(
  builder: Knex.QueryBuilder,
  filter: QuarantineFilter,
): Knex.QueryBuilder {
  const { from, to, state } = filter;
  if (from !== undefined) builder.where('received_at', '>=', from);
  if (to !== undefined) builder.where('received_at', '<', to);
  if (state !== undefined) builder.where({ state });
  return builder;
}

/** How many more records of a sender are kept today. */
async function roomOf(
  transaction: Knex.Transaction,
  replicaId: string,
  at: number,
): Promise<number> {
  const row = await transaction('usage_quarantine')
    .where({ replica_id: replicaId })
    .andWhere('received_at', '>=', at - (at % DAY_MS))
    .count<{ total: number | string }[]>({ total: '*' })
    .first();
  return MOST_A_DAY - Number(row?.total ?? 0);
}

function toRow(
  { reason, record }: QuarantinedRecord,
  options: { replicaId: string; at: number; isKept: boolean },
) {
  const { replicaId, at, isKept } = options;
  const content = JSON.stringify(record) ?? '';
  const day = Math.floor(at / DAY_MS);
  return {
    replica_id: replicaId,
    reason,
    record: isKept ? cut(content) : '',
    is_cut: !isKept || content.length > RECORD_MAX_LENGTH,
    digest: createHash('sha256')
      .update([replicaId, reason, isKept ? content : `day ${day}`].join('\n'))
      .digest('hex'),
    times: 1,
    received_at: at,
    last_received_at: at,
  };
}

/** Never in the middle of a character: half of one could not be stored. */
function cut(text: string): string {
  return text.slice(0, RECORD_MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

function toRecord(row: Row): StoredRecord {
  return {
    id: row.id,
    replicaId: row.replica_id,
    reason: row.reason,
    record: row.record,
    isCut: Boolean(row.is_cut),
    times: row.times,
    receivedAt: timeOf(row.received_at),
    lastReceivedAt: timeOf(row.last_received_at),
    state: row.state,
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    ...(row.decided_at !== null && { decidedAt: timeOf(row.decided_at) }),
    ...(row.decision !== null && { decision: row.decision }),
  };
}

function timeOf(epochMs: string): string {
  return new Date(Number(epochMs)).toISOString();
}

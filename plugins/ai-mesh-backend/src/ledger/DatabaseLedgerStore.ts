import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { settleLines } from '../budgets/settleLines';
import { insertRows, updateRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { BookedListener } from './BookedLine';
import { lockPosting, readClosedThrough } from './closedMonths';
import { dimensionNameOf, Dimensions, WantedDimension } from './Dimensions';
import { LedgerLine, lineKeyOf } from './LedgerLine';
import { LedgerStore } from './LedgerStore';
import { flagBits, LineFlag } from './lineFlags';
import { LinePartitions } from './LinePartitions';
import { dayOf, Posting, postingOf } from './posting';
import { addToRollups, PostedLine } from './rollup';

const COLUMNS = {
  occurred_at: 'integer',
  quantity: 'integer',
  cost_pico: 'integer',
  avoided_pico: 'integer',
  occurred_on: 'integer',
  posted_on: 'integer',
  dimension_id: 'integer',
  batch_id: 'integer',
  line_no: 'integer',
  attempt: 'integer',
  revision: 'integer',
  flags: 'integer',
  request_id: 'text',
} as const;

const FLAG_COLUMNS = {
  request_id: 'text',
  attempt: 'integer',
  line_no: 'integer',
  revision: 'integer',
  flags: 'integer',
} as const;

interface KeyRow {
  request_id: string;
  attempt: number;
  line_no: number;
  revision: number;
}

/** A line on its way into the database. */
interface Candidate extends PostedLine {
  key: string;
  posting: Posting;
  flags: readonly LineFlag[];
}

/** The ledger in SQL. */
export class DatabaseLedgerStore implements LedgerStore {
  readonly #database: Knex;
  readonly #now: () => Date;
  readonly #dimensions = new Dimensions();
  readonly #partitions: LinePartitions;
  readonly #onBooked?: BookedListener;

  constructor(options: {
    database: Knex;
    now?: () => Date;
    onBooked?: BookedListener;
  }) {
    this.#database = options.database;
    this.#now = options.now ?? (() => new Date());
    this.#partitions = new LinePartitions(options.database);
    this.#onBooked = options.onBooked;
  }

  async book(lines: readonly LedgerLine[]): Promise<LedgerLine[]> {
    const byKey = new Map<string, LedgerLine>();
    for (const line of lines) {
      const key = lineKeyOf(line);
      if (!byKey.has(key)) byKey.set(key, line);
    }
    if (byKey.size === 0) return [];
    const now = this.#now();
    await this.#partitions.ensure(daysOf(byKey.values(), now));
    const outcome = await inTransaction(this.#database, transaction =>
      this.#bookIn(transaction, byKey, now),
    );
    outcome.remember();
    return outcome.fresh;
  }

  async #bookIn(
    transaction: Knex.Transaction,
    byKey: ReadonlyMap<string, LedgerLine>,
    now: Date,
  ): Promise<{ fresh: LedgerLine[]; remember: () => void }> {
    await lockPosting(transaction, 'shared');
    // the first write: on SQLite it is the lock under which the closed months are read
    const batchIds = await insertBatches(transaction, byKey.values(), now);
    const closedThrough = await readClosedThrough(transaction);
    const postings = new Map<LedgerLine, Posting>();
    const wanted = new Map<string, WantedDimension>();
    const names = new Map<LedgerLine, string>();
    for (const line of byKey.values()) {
      const posting = postingOf(line, { now, closedThrough });
      postings.set(line, posting);
      const dimension = { about: line, isCorrection: posting.isCorrection };
      const name = dimensionNameOf(dimension);
      names.set(line, name);
      if (!wanted.has(name)) wanted.set(name, dimension);
    }
    const { ids, remember } = await this.#dimensions.resolve(
      transaction,
      wanted,
    );
    const candidates: Candidate[] = [];
    for (const [key, line] of byKey) {
      const posting = postings.get(line);
      const dimensionId = ids.get(names.get(line) ?? '');
      invariant(posting !== undefined, 'a line without a posting');
      invariant(dimensionId !== undefined, 'a line about nothing');
      candidates.push({
        key,
        line,
        posting,
        dimensionId,
        postedAt: posting.postedAt,
        flags: posting.flag ? [...line.flags, posting.flag] : line.flags,
      });
    }
    const fresh = await this.#insert(transaction, candidates, batchIds);
    await addToRollups(transaction, fresh);
    const lines = fresh.map(each => each.line);
    const flagged = await settleLines(transaction, lines, {
      postedAt: line => postings.get(line)?.postedAt ?? line.occurredAt,
    });
    await this.#addFlags(transaction, fresh, flagged);
    if (this.#onBooked && fresh.length > 0) {
      const booked = fresh.map(each => withFlag(each, flagged.get(each.line)));
      await this.#onBooked(transaction, booked, { bookedAt: now });
    }
    return { fresh: lines, remember };
  }

  /** What only the leases could tell. Nobody has seen the lines yet: they are of this transaction. */
  async #addFlags(
    transaction: Knex.Transaction,
    fresh: readonly Candidate[],
    flagged: ReadonlyMap<LedgerLine, LineFlag>,
  ): Promise<void> {
    if (flagged.size === 0) return;
    const byDay = new Map<
      number,
      Record<keyof typeof FLAG_COLUMNS, string | number>[]
    >();
    for (const { line, posting, flags } of fresh) {
      const flag = flagged.get(line);
      if (!flag) continue;
      const rows = byDay.get(posting.occurredOn) ?? [];
      byDay.set(posting.occurredOn, rows);
      rows.push({
        request_id: line.requestId,
        attempt: line.attempt,
        line_no: line.lineNo,
        revision: line.revision,
        flags: flagBits([...flags, flag]),
      });
    }
    for (const [day, rows] of byDay) {
      await updateRows(transaction, {
        table: this.#partitions.tableOf(day),
        columns: FLAG_COLUMNS,
        key: ['request_id', 'attempt', 'line_no', 'revision'],
        rows,
        where: ['occurred_on = ?', day], // a value of its own: one partition is planned for, not all of them
      });
    }
  }

  /** @returns the candidates that were not there before, in their order */
  async #insert(
    transaction: Knex.Transaction,
    candidates: readonly Candidate[],
    batchIds: ReadonlyMap<string, number>,
  ): Promise<readonly Candidate[]> {
    // sorted, so that two deliveries of the same lines wait for each other and never in a circle
    const sorted = [...candidates].sort((a, b) => (a.key < b.key ? -1 : 1));
    const byTable = new Map<string, Candidate[]>();
    for (const each of sorted) {
      const table = this.#partitions.tableOf(each.posting.occurredOn);
      const own = byTable.get(table);
      if (own) own.push(each);
      else byTable.set(table, [each]);
    }
    const inserted: KeyRow[] = [];
    for (const [table, own] of byTable) {
      const rows = await insertRows<keyof typeof COLUMNS, KeyRow>(transaction, {
        table,
        columns: COLUMNS,
        rows: own.map(each => toRow(each, batchIds)),
        then: `on conflict (request_id, attempt, line_no, revision, occurred_on) do nothing
          returning request_id, attempt, line_no, revision`,
      });
      for (const row of rows) inserted.push(row);
    }
    if (inserted.length === candidates.length) return candidates;
    const keys = new Set(
      inserted.map(row =>
        lineKeyOf({
          requestId: row.request_id,
          attempt: row.attempt,
          lineNo: row.line_no,
          revision: row.revision,
        }),
      ),
    );
    return candidates.filter(each => keys.has(each.key));
  }
}

function withFlag(each: Candidate, flag: LineFlag | undefined): Candidate {
  return flag ? { ...each, flags: [...each.flags, flag] } : each;
}

function daysOf(lines: Iterable<LedgerLine>, now: Date): Set<number> {
  const days = new Set<number>();
  for (const line of lines) {
    days.add(postingOf(line, { now, closedThrough: 0 }).occurredOn);
  }
  return days;
}

/** One row for each gateway among the senders; empty stands for none. */
async function insertBatches(
  transaction: Knex.Transaction,
  lines: Iterable<LedgerLine>,
  now: Date,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const { replicaId = '' } of lines) {
    if (ids.has(replicaId)) continue;
    const [{ id }] = await transaction('ledger_batches')
      .insert({ replica_id: replicaId || null, booked_at: now.getTime() })
      .returning<{ id: number }[]>('id');
    ids.set(replicaId, id);
  }
  return ids;
}

function toRow(
  { line, posting, dimensionId, flags }: Candidate,
  batchIds: ReadonlyMap<string, number>,
) {
  return {
    occurred_at: line.occurredAt.getTime(),
    quantity: line.quantity,
    cost_pico: line.cost,
    avoided_pico: line.avoided,
    occurred_on: posting.occurredOn,
    posted_on: dayOf(posting.postedAt),
    dimension_id: dimensionId,
    batch_id: batchIds.get(line.replicaId ?? ''),
    line_no: line.lineNo,
    attempt: line.attempt,
    revision: line.revision,
    flags: flagBits(flags),
    request_id: line.requestId,
  };
}

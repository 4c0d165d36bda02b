import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import { inTransaction } from '../database/inTransaction';
import { readBatch } from './batchText';
import { Delivery, DeliveryStore } from './DeliveryStore';
import { SinkStatus } from './SinkStatus';

/** At most this is in memory, and in one call of a sink. */
const LARGEST_DELIVERY = { batches: 500, lines: 10_000 };
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** The outbox in SQL. */
export class DatabaseDeliveryStore implements DeliveryStore {
  readonly #database: Knex;
  readonly #largest: typeof LARGEST_DELIVERY;

  constructor(options: {
    database: Knex;
    largestDelivery?: typeof LARGEST_DELIVERY;
  }) {
    this.#database = options.database;
    this.#largest = options.largestDelivery ?? LARGEST_DELIVERY;
  }

  async register(sinkIds: readonly string[], now: Date): Promise<void> {
    if (sinkIds.length > 0) {
      await this.#database('usage_sinks')
        .insert(sinkIds.map(id => ({ id, added_at: now.getTime() })))
        .onConflict('id')
        .ignore();
    }
    // what a portal left that was killed between the two steps of a confirmation
    await this.#forgetTaken(query => query);
  }

  async take(sinkId: string, now: Date): Promise<Delivery | undefined> {
    return inTransaction(this.#database, async transaction => {
      const sink = await lockSink(transaction, sinkId);
      if (sink.retryAt !== undefined && sink.retryAt > now.getTime()) {
        return undefined;
      }
      if (sink.delivery !== undefined) {
        return readDelivery(transaction, sink.delivery);
      }
      const ids = await this.#findNext(transaction, sinkId);
      if (ids.length === 0) return undefined;
      const delivery = JSON.stringify(ids);
      await transaction('usage_sinks')
        .where({ id: sinkId })
        .update({ delivery });
      return readDelivery(transaction, delivery);
    });
  }

  async #findNext(
    transaction: Knex.Transaction,
    sinkId: string,
  ): Promise<string[]> {
    const waiting = await transaction('usage_outbox_pending')
      .join('usage_outbox', 'usage_outbox.id', 'batch_id')
      .where({ sink_id: sinkId })
      .orderBy('usage_outbox_pending.batch_id') // with the table: the text of the same name sorts 10 before 9
      .limit(this.#largest.batches)
      .select('line_count', asText(transaction, 'batch_id'));
    const ids: string[] = [];
    let lines = 0;
    for (const { batch_id: id, line_count: count } of waiting) {
      lines += count;
      if (ids.length > 0 && lines > this.#largest.lines) break;
      ids.push(id);
    }
    return ids;
  }

  async confirm(sinkId: string, delivery: Delivery, now: Date): Promise<void> {
    const ids = parseIds(delivery.id);
    await inTransaction(this.#database, async transaction => {
      const wasOpen = await transaction('usage_sinks')
        .where({ id: sinkId, delivery: delivery.id })
        .update({
          delivery: null,
          delivered_lines: transaction.raw('delivered_lines + ?', [
            delivery.lines.length,
          ]),
          last_delivered_at: now.getTime(),
          failed_attempts: 0,
          failing_since: null,
          retry_at: null,
        });
      if (wasOpen === 0) return;
      await transaction('usage_outbox_pending')
        .where({ sink_id: sinkId })
        .whereIn('batch_id', ids)
        .delete();
    });
    // not before the commit: of two sinks that confirm at the same time, the later one sees that it was the last
    await this.#forgetTaken(query => query.whereIn('id', ids));
  }

  async #forgetTaken(
    among: (batches: Knex.QueryBuilder) => Knex.QueryBuilder,
  ): Promise<void> {
    await among(this.#database('usage_outbox'))
      .whereNotExists(query =>
        query
          .from('usage_outbox_pending')
          .whereRaw('batch_id = usage_outbox.id')
          .select('batch_id'),
      )
      .delete();
  }

  async noteFailure(sinkId: string, now: Date): Promise<number> {
    return inTransaction(this.#database, async transaction => {
      const sink = await lockSink(transaction, sinkId);
      const failedAttempts = sink.failedAttempts + 1;
      await transaction('usage_sinks')
        .where({ id: sinkId })
        .update({
          failed_attempts: failedAttempts,
          failing_since: sink.failingSince ?? now.getTime(),
          retry_at: now.getTime() + pauseMsAfter(failedAttempts),
        });
      return failedAttempts;
    });
  }

  async claimWarning(
    sinkId: string,
    { now, everyMs }: { now: Date; everyMs: number },
  ): Promise<boolean> {
    const claimed = await this.#database('usage_sinks')
      .where({ id: sinkId })
      .where(query =>
        query
          .whereNull('warned_at')
          .orWhere('warned_at', '<=', now.getTime() - everyMs),
      )
      .update({ warned_at: now.getTime() });
    return claimed > 0;
  }

  async list(): Promise<SinkStatus[]> {
    const sinks = await this.#database('usage_sinks')
      .orderBy('id')
      .select(
        'id',
        'failed_attempts',
        ...[
          'added_at',
          'delivered_lines',
          'last_delivered_at',
          'failing_since',
          'retry_at',
        ].map(name => asText(this.#database, name)),
      );
    const waiting = await this.#readWaiting();
    return sinks.map(sink => ({
      id: sink.id,
      addedAt: timeOf(sink.added_at),
      ...(waiting.get(sink.id) ?? { waitingLines: 0, waitingBatches: 0 }),
      deliveredLines: Number(sink.delivered_lines),
      lastDeliveredAt: timeIfAny(sink.last_delivered_at),
      failedAttempts: sink.failed_attempts,
      failingSince: timeIfAny(sink.failing_since),
      retryAt: timeIfAny(sink.retry_at),
    }));
  }

  async #readWaiting() {
    const raw = (sql: string) => this.#database.raw(sql);
    const rows = await this.#database('usage_outbox_pending')
      .join('usage_outbox', 'usage_outbox.id', 'batch_id')
      .groupBy('sink_id')
      .select<Record<'sink_id' | 'batches' | 'lines' | 'oldest', string>[]>(
        'sink_id',
        raw('cast(count(*) as text) as batches'),
        raw('cast(sum(line_count) as text) as lines'),
        raw('cast(min(booked_at) as text) as oldest'),
      );
    return new Map(
      rows.map(row => [
        row.sink_id,
        {
          waitingLines: Number(row.lines),
          waitingBatches: Number(row.batches),
          oldestWaitingAt: timeOf(row.oldest),
        },
      ]),
    );
  }
}

/** What is known of a sink, which nobody else changes until the end of the transaction. */
async function lockSink(transaction: Knex.Transaction, sinkId: string) {
  const row = await transaction('usage_sinks')
    .where({ id: sinkId })
    .forUpdate()
    .first(
      'delivery',
      'failed_attempts',
      asText(transaction, 'failing_since'),
      asText(transaction, 'retry_at'),
    );
  invariant(row !== undefined, 'a sink that was not registered');
  return {
    delivery: row.delivery === null ? undefined : String(row.delivery),
    failedAttempts: Number(row.failed_attempts),
    failingSince:
      row.failing_since === null ? undefined : Number(row.failing_since),
    retryAt: row.retry_at === null ? undefined : Number(row.retry_at),
  };
}

async function readDelivery(
  transaction: Knex.Transaction,
  id: string,
): Promise<Delivery> {
  const ids = parseIds(id);
  const rows = await transaction('usage_outbox')
    .whereIn('id', ids)
    .orderBy('id')
    .select('lines', asText(transaction, 'booked_at'));
  invariant(rows.length === ids.length, 'a batch is gone that waits');
  return {
    id,
    lines: rows.flatMap(row => readBatch(row.lines)),
    oldestBookedAt: new Date(Number(rows[0].booked_at)),
  };
}

function pauseMsAfter(failedAttempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failedAttempts - 1));
}

function parseIds(text: string): string[] {
  const ids: unknown = JSON.parse(text);
  invariant(
    Array.isArray(ids) && ids.every(id => typeof id === 'string'),
    'a delivery is a list of ids',
  );
  return ids;
}

function timeOf(moment: string): string {
  return new Date(Number(moment)).toISOString();
}

function timeIfAny(moment: string | null): string | undefined {
  return moment === null ? undefined : timeOf(moment);
}

import { Knex } from 'knex';
import { BookedLine, BookedListener } from '../ledger/BookedLine';
import { writeBatch } from './batchText';
import { toSinkLine } from './toSinkLine';

/** A booking of more lines becomes several batches, so that one is never large. */
const LARGEST_BATCH = 1_000;

/**
 * Keeps booked lines for the sinks, in the transaction that books them: what is booked is sent, what is not booked is
 * not, whenever the portal is killed.
 */
export function createUsageOutbox(options: {
  sinkIds: readonly string[];
}): BookedListener {
  const { sinkIds } = options;
  return async (transaction, booked, { bookedAt }) => {
    for (let from = 0; from < booked.length; from += LARGEST_BATCH) {
      const batch = booked.slice(from, from + LARGEST_BATCH);
      await insertBatch(transaction, { batch, bookedAt, sinkIds });
    }
  };
}

async function insertBatch(
  transaction: Knex.Transaction,
  options: {
    batch: readonly BookedLine[];
    bookedAt: Date;
    sinkIds: readonly string[];
  },
): Promise<void> {
  const { batch, bookedAt, sinkIds } = options;
  const lines = batch.map(each => ({
    line: toSinkLine(each, bookedAt),
    aboutId: each.dimensionId,
  }));
  const [{ id }] = await transaction('usage_outbox')
    .insert({
      booked_at: bookedAt.getTime(),
      line_count: batch.length,
      lines: writeBatch(lines, bookedAt),
    })
    .returning<{ id: number | string }[]>('id');
  await transaction('usage_outbox_pending').insert(
    sinkIds.map(sinkId => ({ batch_id: id, sink_id: sinkId })),
  );
}

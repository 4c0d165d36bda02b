import { Knex } from 'knex';
import { LedgerLine } from './LedgerLine';
import { LineFlag } from './lineFlags';

/** A line as it was booked, with what only the booking could tell. */
export interface BookedLine {
  line: LedgerLine;
  /** Lines with the same one are about the same: see `LineAbout`. */
  dimensionId: number;
  /** The time for which it counts. */
  postedAt: Date;
  /** All of them, those of the line among them. */
  flags: readonly LineFlag[];
}

/**
 * Hears of new lines in the transaction that books them; what it throws, undoes the booking. It may be called again
 * for the same lines when the transaction has to start over: no effect outside of it.
 */
export type BookedListener = (
  transaction: Knex.Transaction,
  booked: readonly BookedLine[],
  options: { bookedAt: Date },
) => Promise<void>;

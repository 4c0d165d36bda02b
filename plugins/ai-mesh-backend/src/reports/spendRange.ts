import { SpendQuery } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { ROLLUP_BUCKETS, RollupTable } from '../ledger/rollup';

const DAY_MS = 86_400_000;

const INTERVALS: Record<
  SpendQuery['interval'],
  { table: RollupTable; maximumDays: number }
> = {
  hour: { table: 'rollup_hourly', maximumDays: 45 },
  day: { table: 'rollup_daily', maximumDays: 400 },
};

/** Which roll-ups a report reads. */
export interface SpendRange {
  table: RollupTable;
  /** Epoch milliseconds, inclusive, the start of a bucket. */
  from: number;
  /** Epoch milliseconds, exclusive, the end of a bucket. */
  to: number;
}

/**
 * Cuts a time range to whole buckets, outwards: the hour or day that `to` lies in belongs to the report, so
 * that a report up to now shows the call of a second ago.
 *
 * @throws InvalidFieldsError when the range is empty, or longer than 45 days by the hour or 400 by the day
 */
export function spendRangeOf(
  query: Pick<SpendQuery, 'from' | 'to' | 'interval'>,
): SpendRange {
  const { table, maximumDays } = INTERVALS[query.interval];
  const bucketMs = ROLLUP_BUCKETS[table];
  const from = Math.floor(Date.parse(query.from) / bucketMs) * bucketMs;
  const to = Math.ceil(Date.parse(query.to) / bucketMs) * bucketMs;
  if (Date.parse(query.from) >= Date.parse(query.to)) {
    throw new InvalidFieldsError({ to: 'must be after `from`' });
  }
  // both ends may have been cut outwards: a range of exactly the maximum still fits
  if (to - from > maximumDays * DAY_MS + bucketMs) {
    throw new InvalidFieldsError({
      from: `at most ${maximumDays} days at once with interval \`${query.interval}\``,
    });
  }
  return { table, from, to };
}

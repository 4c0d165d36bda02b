import {
  UsageRecord,
  usageRecordSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const LARGEST_INT64 = 2n ** 63n - 1n;
const LARGEST_INT32 = 2 ** 31 - 1;

/** As they stand in JSON: NUL, and halves of surrogate pairs, which Postgres takes neither in text nor in JSON. */
const UNSTORABLE_TEXT = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/**
 * Reads one usage record, and refuses what a ledger cannot hold. One that slipped through here would fail
 * its whole batch, each time that it is delivered.
 *
 * @returns the record, or a reason that repeats nothing of it
 */
export function readUsageRecord(
  value: unknown,
): { record: UsageRecord } | { reason: string } {
  const result = usageRecordSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    return { reason: `${issue.path.join('.')}: ${issue.message}` };
  }
  const record = result.data;
  if (UNSTORABLE_TEXT.test(JSON.stringify(value))) {
    return { reason: 'holds characters that cannot be stored' };
  }
  if (record.attempt > LARGEST_INT32) return { reason: 'attempt: too large' };
  const { avoidedPicoUsd: avoided = 0n } = record;
  if (avoided > LARGEST_INT64 || avoided < -LARGEST_INT64) {
    return { reason: 'avoidedPicoUsd: too large' };
  }
  for (const { tokens, costPicoUsd } of record.lines) {
    if (costPicoUsd < 0n) return { reason: 'lines: a cost below zero' };
    if (tokens > LARGEST_INT64 || costPicoUsd > LARGEST_INT64) {
      return { reason: 'lines: an amount that is too large' };
    }
  }
  return { record };
}

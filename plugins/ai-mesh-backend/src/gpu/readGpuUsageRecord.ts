import {
  GpuUsageRecord,
  gpuUsageRecordSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Clocks of machines differ by less; a record is sent once its time is over. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** The ledger takes nothing that is older: it could not be dated. */
const OLDEST_MS = 400 * 86_400_000;

/**
 * Reads one record that a reporter sent.
 *
 * @returns the record, or what is wrong with it, for people
 */
export function readGpuUsageRecord(
  value: unknown,
  now: Date,
): { record: GpuUsageRecord } | { reason: string } {
  const result = gpuUsageRecordSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const field = issue.path.join('.');
    return { reason: field ? `${field}: ${issue.message}` : issue.message };
  }
  const record = result.data;
  if (record.to > now.getTime() + CLOCK_TOLERANCE_MS) {
    return {
      reason: 'to: lies in the future; a record is sent once its time is over',
    };
  }
  if (record.from < now.getTime() - OLDEST_MS) {
    return { reason: 'from: is more than 400 days ago' };
  }
  return { record };
}

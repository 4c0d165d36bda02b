import { OpenLedger } from '@sovereign-ai-mesh/plugin-ai-mesh-backend/testUtils';
import { spendQuerySchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { departments } from './company';

/** How many lines the ledger is filled up to. */
export const REPORT_LINES = 10_000_000;
const DAYS = 31;
const REPEATS = 15;
const DAY_MS = 86_400_000;

/**
 * Fills the ledger up to ten million lines of a month, and reads the month's report of the whole company, by each of
 * what it can be broken down by.
 *
 * @returns the time that 95 of 100 reports take at most, in milliseconds
 */
export async function timeReports(
  spend: OpenLedger['spend'],
  database: Knex,
): Promise<{ p95Ms: number }> {
  await fill(database);
  const refs = departments().map(({ ref }) => ref);
  const now = Date.now();
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const groupBy of ['department', 'application', 'model', 'key']) {
      const query = spendQuerySchema.parse({
        from: new Date(now - DAYS * DAY_MS).toISOString(),
        to: new Date(now).toISOString(),
        groupBy,
      });
      const started = performance.now();
      const report = await spend.report(query, refs);
      times.push(performance.now() - started);
      if (report.total.costPicoUsd <= 0n) throw new Error('An empty report');
    }
  }
  times.sort((a, b) => a - b);
  return { p95Ms: times[Math.ceil(times.length * 0.95) - 1] };
}

/**
 * Copies the lines that were booked, with other ids, onto each day of the month, and their sums likewise: as if that
 * much had been booked. No report reads a line, but a database of this size has other caches and statistics.
 */
async function fill(database: Knex): Promise<void> {
  const isPostgres = database.client.config.client === 'pg';
  const [{ lines }] = await database('ledger_lines').select(
    database.raw('cast(count(*) as integer) as lines'),
  );
  const copies = Math.max(1, Math.round(REPORT_LINES / lines / DAYS));
  const series = isPostgres
    ? `generate_series(1, ${DAYS}) AS day, generate_series(1, ${copies}) AS copy`
    : `(WITH RECURSIVE days(day) AS (SELECT 1 UNION ALL SELECT day + 1 FROM days WHERE day < ${DAYS}) SELECT day FROM days),
       (WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ${copies}) SELECT copy FROM copies)`;
  // into the partition of what has no date: which one it is makes no difference to a report
  await database.raw(`INSERT INTO ledger_lines_undated
    (occurred_at, quantity, cost_pico, avoided_pico, occurred_on, posted_on, dimension_id, batch_id, line_no, attempt,
     revision, flags, request_id)
    SELECT occurred_at - cast(day as bigint) * ${DAY_MS}, quantity, cost_pico, avoided_pico, 0, posted_on, dimension_id, batch_id,
      line_no, attempt, revision, flags, request_id || '-' || day || '-' || copy
    FROM (SELECT * FROM ledger_lines WHERE occurred_on > 0) AS lines, ${series}`);
  await database.raw(`INSERT INTO rollup_daily
    (bucket, dimension_id, requests, quantity, cost_pico, estimated_pico, avoided_pico)
    SELECT min(bucket) - cast(day as bigint) * ${DAY_MS}, dimension_id, sum(requests), sum(quantity), sum(cost_pico),
      sum(estimated_pico), sum(avoided_pico)
    FROM rollup_daily, ${series}
    GROUP BY dimension_id, day`);
  await database.raw('ANALYZE');
}

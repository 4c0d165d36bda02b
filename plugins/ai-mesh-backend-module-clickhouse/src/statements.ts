/** Where lines are kept. Both are checked identifiers. */
export interface Place {
  database: string;
  table: string;
}

/** What is summed by the hour, beside the hour itself: every question of a report, and no request, key or account. */
const GROUPS = [
  'department_ref',
  'model',
  'cost_centre',
  'application_ref',
  'provider',
  'region',
  'service_tier',
  'charge_class',
  'source',
];

/** So many of the last inserts are remembered; a repetition is always of the very last one. */
const DEDUPLICATION_WINDOW = 1_000;

/**
 * Makes the table of lines, the sums by the hour and the view that fills them, each unless it is there.
 *
 * Sorted by what reports ask for first; a month is a partition, so that old ones can be dropped. Amounts are
 * Decimal(38, 12), which holds a pico-dollar exactly, as the ledger does.
 */
export function createStatements({ database, table }: Place): string[] {
  const lines = `${database}.${table}`;
  const hourly = `${database}.${table}_hourly`;
  const groupColumns = GROUPS.map(name => `${name} LowCardinality(String)`);
  return [
    `CREATE TABLE IF NOT EXISTS ${lines} (
      id String,
      request_id String,
      attempt UInt32,
      line_no UInt32,
      revision UInt16,
      occurred_at DateTime64(3, 'UTC'),
      posted_at DateTime64(3, 'UTC'),
      booked_at DateTime64(3, 'UTC'),
      ${groupColumns.join(',\n      ')},
      key_id LowCardinality(String),
      requested_model LowCardinality(String),
      served_because LowCardinality(String),
      target_id LowCardinality(String),
      price_version_id LowCardinality(String),
      debit_account LowCardinality(String),
      credit_account LowCardinality(String),
      replica_id LowCardinality(String),
      flags Array(LowCardinality(String)),
      calls UInt8,
      quantity Int64,
      cost_usd Decimal(38, 12),
      avoided_usd Decimal(38, 12)
    ) ENGINE = MergeTree
    PARTITION BY toYYYYMM(posted_at)
    ORDER BY (department_ref, model, posted_at)
    SETTINGS non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
    `CREATE TABLE IF NOT EXISTS ${hourly} (
      hour DateTime('UTC'),
      ${groupColumns.join(',\n      ')},
      calls SimpleAggregateFunction(sum, UInt64),
      quantity SimpleAggregateFunction(sum, Int64),
      cost_usd SimpleAggregateFunction(sum, Decimal(38, 12)),
      estimated_usd SimpleAggregateFunction(sum, Decimal(38, 12)),
      avoided_usd SimpleAggregateFunction(sum, Decimal(38, 12))
    ) ENGINE = AggregatingMergeTree
    PARTITION BY toYYYYMM(hour)
    ORDER BY (department_ref, model, hour, ${GROUPS.slice(2).join(', ')})
    SETTINGS non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${hourly}_view TO ${hourly} AS
    SELECT
      toDateTime(toStartOfHour(posted_at), 'UTC') AS hour,
      ${GROUPS.join(',\n      ')},
      sum(lines.calls) AS calls,
      sum(lines.quantity) AS quantity,
      sum(lines.cost_usd) AS cost_usd,
      sumIf(lines.cost_usd, has(lines.flags, 'estimated')) AS estimated_usd,
      sum(lines.avoided_usd) AS avoided_usd
    FROM ${lines} AS lines
    GROUP BY hour, ${GROUPS.join(', ')}`,
  ];
}

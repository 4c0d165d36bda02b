// @ts-check

const { dropAll } = require('./tables');
const { ESTIMATED, FLAG_BITS } = require('./flags');

/**
 * Back to the tables of before, with the lines of calls; postings that the former ledger has no place for (machines,
 * adjustments) end with the tables.
 *
 * @param {import('knex').Knex} knex
 */
async function carryBack(knex) {
  const entries = await knex('ledger_entries')
    .whereNotIn('charge_class', ['machine-time', 'gpu-time', 'adjustment'])
    .select(
      '*',
      ...[
        'quantity',
        'cost_pico',
        'avoided_pico',
        'occurred_at',
        'booked_at',
      ].map(name => knex.raw('cast(?? as text) as ??', [name, name])),
    );
  await dropAll(knex);
  await createFormerTables(knex);
  await knex.batchInsert('ledger_lines', entries.map(toFormerLine), 30);
  for (const [table, bucketMs] of [
    ['usage_hourly', 3_600_000],
    ['usage_daily', 86_400_000],
  ]) {
    await knex.raw(`
      INSERT INTO ${table} (bucket, department_ref, application_ref, key_id, model, source, requests,
        input_tokens, cached_input_tokens, output_tokens, cost_pico, estimated_pico, avoided_pico)
      SELECT occurred_at - occurred_at % ${bucketMs}, department_ref, application_ref, key_id, model, source,
        sum(CASE WHEN line_no = 0 THEN 1 ELSE 0 END),
        sum(CASE WHEN token_class IN ('input', 'cache-write', 'audio-input') THEN tokens ELSE 0 END),
        sum(CASE WHEN token_class = 'cached-input' THEN tokens ELSE 0 END),
        sum(CASE WHEN token_class IN ('output', 'audio-output', 'reasoning') THEN tokens ELSE 0 END),
        sum(cost_pico), sum(CASE WHEN estimated THEN cost_pico ELSE 0 END), sum(avoided_pico)
      FROM ledger_lines
      GROUP BY 1, 2, 3, 4, 5, 6`);
  }
}

/** @param {import('knex').Knex} knex */
async function createFormerTables(knex) {
  const ledger = require('../20261122110000_ledger.js');
  // the quarantine is made with the tables beside it: what is in it stays
  await knex.schema.alterTable('usage_quarantine', table =>
    table.dropIndex(['received_at'], 'usage_quarantine_by_time'),
  );
  await knex.schema.renameTable('usage_quarantine', 'kept_quarantine');
  await ledger.up(knex);
  await knex.raw(`INSERT INTO usage_quarantine (replica_id, reason, record, received_at)
    SELECT replica_id, reason, record, received_at FROM kept_quarantine`);
  await knex.schema.dropTable('kept_quarantine');
  await require('../20261123100100_avoided_cost.js').up(knex);
}

/** @param {Record<string, any>} entry */
function toFormerLine(entry) {
  return {
    request_id: entry.request_id,
    attempt: entry.attempt,
    line_no: entry.line_no,
    revision: entry.revision,
    occurred_at: entry.occurred_at,
    key_id: entry.key_id,
    application_ref: entry.application_ref,
    department_ref: entry.department_ref,
    cost_centre: entry.cost_centre,
    model: entry.model,
    requested_model: entry.requested_model,
    served_because: entry.served_because,
    target_id: entry.target_id,
    token_class: entry.charge_class,
    tokens: entry.quantity,
    price_version_id: entry.price_version_id,
    cost_pico: entry.cost_pico,
    avoided_pico: entry.avoided_pico,
    source: entry.source,
    estimated: (entry.flags & ESTIMATED) === ESTIMATED,
    flags:
      Object.entries(FLAG_BITS)
        .filter(([, bit]) => entry.flags & bit)
        .map(([name]) => name)
        .join(',') || null,
    lease_id: null,
    replica_id: entry.replica_id,
    booked_at: entry.booked_at,
  };
}

module.exports = { carryBack };

// @ts-check

const { createMonth, isPostgres, recreateLinesView } = require('./tables');
const { ESTIMATED, flagsOf } = require('./flags');

/**
 * Brings over the lines of before, and sums them up anew.
 *
 * @param {import('knex').Knex} knex
 */
async function carryOver(knex) {
  const lines = await knex('former_ledger_lines').select(
    '*',
    ...['tokens', 'cost_pico', 'avoided_pico', 'occurred_at', 'booked_at'].map(
      name => knex.raw('cast(?? as text) as ??', [name, name]),
    ),
  );
  if (lines.length === 0) return;
  const providers = await readProviders(knex);
  const ids = { dimensions: new Map(), batches: new Map() };
  const months = new Set();
  for (const line of lines) {
    const occurredOn = dayOf(Number(line.occurred_at));
    const table = await partitionOf(knex, occurredOn, months);
    await knex(table).insert({
      occurred_at: line.occurred_at,
      quantity: line.tokens,
      cost_pico: line.cost_pico,
      avoided_pico: line.avoided_pico,
      occurred_on: occurredOn,
      posted_on: occurredOn,
      dimension_id: await dimensionOf(knex, line, providers, ids.dimensions),
      batch_id: await batchOf(knex, line, ids.batches),
      line_no: line.line_no,
      attempt: line.attempt,
      revision: line.revision,
      flags: flagsOf(line),
      request_id: line.request_id,
    });
  }
  for (const [table, bucketMs] of [
    ['rollup_hourly', 3_600_000],
    ['rollup_daily', 86_400_000],
  ]) {
    await knex.raw(`INSERT INTO ${table}
      (bucket, dimension_id, requests, quantity, cost_pico, estimated_pico, avoided_pico)
      SELECT occurred_at - occurred_at % ${bucketMs}, dimension_id, sum(CASE WHEN line_no = 0 THEN 1 ELSE 0 END),
        sum(quantity), sum(cost_pico), sum(CASE WHEN flags & ${ESTIMATED} = ${ESTIMATED} THEN cost_pico ELSE 0 END), sum(avoided_pico)
      FROM ledger_lines GROUP BY 1, 2`);
  }
}

/**
 * Who is owed: the first part of the price's key.
 *
 * @param {import('knex').Knex} knex
 */
async function readProviders(knex) {
  const versions = await knex('price_versions').select('id', 'price_key');
  return new Map(
    versions.map(({ id, price_key: key }) => [id, key.split('/')[0]]),
  );
}

/**
 * @param {import('knex').Knex} knex
 * @param {number} day as 20261122
 * @param {Set<string>} known
 */
async function partitionOf(knex, day, known) {
  const table = isPostgres(knex)
    ? `ledger_lines_${day}`
    : `ledger_lines_${Math.floor(day / 100)}`;
  if (!known.has(table)) {
    known.add(table);
    if (isPostgres(knex)) {
      await knex.raw(
        `CREATE TABLE ${table} PARTITION OF ledger_lines FOR VALUES FROM (${day}) TO (${
          day + 1
        })`,
      );
    } else {
      await createMonth(knex, table);
      await recreateLinesView(knex, ['ledger_lines_undated', ...known]);
    }
  }
  return table;
}

/**
 * @param {import('knex').Knex} knex
 * @param {Record<string, any>} line
 * @param {Map<string, string>} providers
 * @param {Map<string, number>} known
 */
async function dimensionOf(knex, line, providers, known) {
  const provider = providers.get(line.price_version_id) ?? 'unknown';
  const about = {
    department_ref: line.department_ref,
    cost_centre: line.cost_centre,
    application_ref: line.application_ref,
    key_id: line.key_id,
    model: line.model,
    requested_model: line.requested_model,
    served_because: line.served_because,
    target_id: line.target_id,
    provider,
    region: '',
    service_tier: 'standard',
    charge_class: line.token_class,
    price_version_id: line.price_version_id,
    source: line.source,
    correction: false,
  };
  const name = JSON.stringify(about);
  const found = known.get(name);
  if (found !== undefined) return found;
  const [{ id }] = await knex('ledger_dimensions')
    .insert({
      ...about,
      digest: `former ${known.size}`, // no digest of content: the next line like it gets a row of its own
      debit_account_id: await accountOf(knex, 'expense', line.department_ref),
      credit_account_id: await accountOf(knex, 'payable', provider),
    })
    .returning('id');
  known.set(name, id);
  return id;
}

/**
 * @param {import('knex').Knex} knex
 * @param {string} kind
 * @param {string} owner
 */
async function accountOf(knex, kind, owner) {
  const found = await knex('ledger_accounts').where({ kind, owner }).first();
  if (found) return found.id;
  const [{ id }] = await knex('ledger_accounts')
    .insert({ kind, owner })
    .returning('id');
  return id;
}

/**
 * @param {import('knex').Knex} knex
 * @param {Record<string, any>} line
 * @param {Map<string, number>} known
 */
async function batchOf(knex, line, known) {
  const name = `${line.replica_id} ${line.booked_at}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const [{ id }] = await knex('ledger_batches')
    .insert({ replica_id: line.replica_id, booked_at: line.booked_at })
    .returning('id');
  known.set(name, id);
  return id;
}

/** @param {number} moment */
function dayOf(moment) {
  return Number(new Date(moment).toISOString().slice(0, 10).replace(/-/g, ''));
}

module.exports = { carryOver };

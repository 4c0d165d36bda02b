// @ts-check

const SERVED_BECAUSE = "varchar(16) not null default 'requested'";

/**
 * Which model was asked for when another one served, why, and what that saved. Lines that were booked
 * before were served by the model that was asked for, and saved nothing.
 *
 * Why the saving stands beside the cost and not in it: it never was spent, and no budget may see it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await addColumn(knex, 'ledger_lines', 'requested_model', 'text');
  await addColumn(knex, 'ledger_lines', 'served_because', SERVED_BECAUSE);
  await addColumn(
    knex,
    'ledger_lines',
    'avoided_pico',
    'bigint not null default 0',
  );
  for (const table of ['usage_hourly', 'usage_daily']) {
    await addColumn(knex, table, 'avoided_pico', sumType(knex));
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const table of ['usage_daily', 'usage_hourly', 'ledger_lines']) {
    await dropColumn(knex, table, 'avoided_pico');
  }
  await dropColumn(knex, 'ledger_lines', 'served_because');
  await dropColumn(knex, 'ledger_lines', 'requested_model');
};

/**
 * As the other sums: exact beyond an int64 on Postgres, refused beyond it on SQLite.
 *
 * @param {import('knex').Knex} knex
 */
function sumType(knex) {
  return knex.client.config.client === 'pg'
    ? 'numeric(38, 0) not null default 0'
    : `bigint not null default 0 check (typeof(avoided_pico) = 'integer')`;
}

/**
 * One statement that both databases know: knex would quote the default, and a text is no integer to the check.
 *
 * @param {import('knex').Knex} knex
 * @param {string} table
 * @param {string} column
 * @param {string} type
 */
async function addColumn(knex, table, column, type) {
  await knex.raw(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}

/**
 * @param {import('knex').Knex} knex
 * @param {string} table
 * @param {string} column
 */
async function dropColumn(knex, table, column) {
  await knex.raw(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

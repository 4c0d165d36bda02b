// @ts-check

const { carryBack } = require('./ledgerDimensions/carryBack');
const { carryOver } = require('./ledgerDimensions/carryOver');
const tables = require('./ledgerDimensions/tables');

const INDEXES_OF_BEFORE = [
  'ledger_lines_by_department',
  'ledger_lines_by_time',
  'usage_hourly_by_department',
  'usage_daily_by_department',
];

/**
 * The ledger as double entry, narrow enough for millions of lines.
 *
 * Why dimensions: department, application, key, model, price … repeat in every line. They stand once in
 * `ledger_dimensions`, so that a line is numbers, and a roll-up has a key of two integers.
 *
 * Why debit and credit stand in the dimension: a line moves one amount from one account to another, so each
 * line balances by itself and all accounts together sum to zero, always.
 *
 * Why partitions are by the day (SQLite: the month) of the usage and not of the booking: a line that comes
 * again must meet its twin. `posted_on` says for which day it counts; in a closed month nothing is posted.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const name of ['ledger_lines', 'usage_hourly', 'usage_daily']) {
    await knex.schema.renameTable(name, `former_${name}`);
  }
  for (const name of INDEXES_OF_BEFORE) {
    await knex.raw(`DROP INDEX IF EXISTS ${name}`); // their names are wanted again, or their tables end
  }
  if (tables.isPostgres(knex)) {
    await knex.raw(
      'ALTER TABLE former_ledger_lines DROP CONSTRAINT ledger_lines_pkey',
    );
  }
  await tables.createNames(knex);
  await tables.createLines(knex);
  await tables.createRollups(knex);
  await tables.createEntriesView(knex);
  await carryOver(knex);
  for (const name of ['ledger_lines', 'usage_hourly', 'usage_daily']) {
    await knex.schema.dropTable(`former_${name}`);
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await carryBack(knex);
};

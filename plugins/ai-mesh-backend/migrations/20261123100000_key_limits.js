// @ts-check

/**
 * What a key may stand back for, and how much it may ask for. Keys that were issued before are critical and
 * have no limits of their own: nothing changes for their callers.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('gateway_keys', table => {
    table.string('criticality', 16).notNullable().defaultTo('critical');
    table.text('limits').notNullable().defaultTo('{}').comment('JSON object');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  // knex would copy the whole table on SQLite, which drops a single column well by itself
  for (const column of ['limits', 'criticality']) {
    await knex.raw('ALTER TABLE gateway_keys DROP COLUMN ??', [column]);
  }
};

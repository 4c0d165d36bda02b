// @ts-check

/**
 * Which seeds were run to their end: a seed runs once in the life of a database, also with many replicas.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('seeds', table => {
    table.comment('Seeds that were run to their end');
    table.string('id').primary();
    table.string('completed_at', 30).notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('seeds');
};

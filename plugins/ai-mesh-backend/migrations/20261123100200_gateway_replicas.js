// @ts-check

/**
 * What each replica of the gateway last said of itself. One row a replica, overwritten every few seconds;
 * nothing here is needed to serve or to book.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('gateway_replicas', table => {
    table.comment('The last status of each replica of the gateway');
    table.string('replica_id', 100).primary();
    table.text('status').notNullable().comment('JSON object');
    table.bigInteger('last_seen_at').notNullable();
    table.index(['last_seen_at'], 'gateway_replicas_by_time');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('gateway_replicas');
};

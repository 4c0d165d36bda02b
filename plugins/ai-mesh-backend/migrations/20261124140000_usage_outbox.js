// @ts-check

/**
 * Booked lines on their way to sinks outside, such as ClickHouse or Kafka.
 *
 * Why a row for each sink and batch, and no "sent up to this id": of two bookings at the same time, the one with the
 * lower id may be committed later. A mark behind the higher one would skip it for ever; a row is there until it is
 * taken.
 *
 * Why `delivery`: what was sent but not confirmed is sent again as the same lines in the same order, so that the
 * sink can recognise it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('usage_sinks', table => {
    table.comment('Where booked lines are copied to, and how that goes');
    table.text('id').primary();
    table.bigInteger('added_at').notNullable();
    table.text('delivery').comment('Ids of the batches that are being sent');
    table.bigInteger('delivered_lines').notNullable().defaultTo(0);
    table.bigInteger('last_delivered_at');
    table.integer('failed_attempts').notNullable().defaultTo(0);
    table.bigInteger('failing_since');
    table.bigInteger('retry_at');
    table.bigInteger('warned_at');
  });
  await knex.schema.createTable('usage_outbox', table => {
    table.comment('Batches of booked lines that not every sink has taken');
    table.bigIncrements('id');
    table.bigInteger('booked_at').notNullable();
    table.integer('line_count').notNullable();
    table.text('lines').notNullable();
  });
  await knex.schema.createTable('usage_outbox_pending', table => {
    table.comment('Which sink has yet to take which batch');
    table.bigInteger('batch_id').notNullable();
    table.text('sink_id').notNullable();
    table.primary(['batch_id', 'sink_id']);
    table.index(['sink_id', 'batch_id'], 'usage_outbox_pending_by_sink');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('usage_outbox_pending');
  await knex.schema.dropTable('usage_outbox');
  await knex.schema.dropTable('usage_sinks');
};

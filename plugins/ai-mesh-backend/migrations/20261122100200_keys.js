// @ts-check

/**
 * Gateway keys. Of the secret only a keyed hash is kept, so that neither a stolen database nor its
 * administrator opens the gateway. Rows are never deleted: the ledger names the key of each line.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('gateway_keys', table => {
    table.comment('Gateway keys, without their secrets');
    table.string('id', 12).primary();
    table.string('name', 64).notNullable();
    table.string('hash', 64).notNullable().unique().comment('HMAC-SHA-256');
    table.string('last_four', 4).notNullable();
    table.string('application_ref').notNullable();
    table.string('department_ref').notNullable().comment('As it was issued');
    table.text('models').notNullable().comment('JSON array of model names');
    table.string('issued_by').notNullable();
    table.string('issued_at', 30).notNullable();
    table.string('expires_at', 30).notNullable();
    table.string('revoked_at', 30);
    table.string('revoked_by');
    table.string('last_used_at', 30).comment('To the minute');
    table.index(['department_ref', 'issued_at']);
    table.index(['application_ref']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('gateway_keys');
};

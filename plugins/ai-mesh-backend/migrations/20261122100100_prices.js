// @ts-check

/**
 * The price book. A version pins the rates of all classes of token of one model; it is closed, never
 * changed, so that a ledger line of last month can be recomputed to the pico-dollar. Rates are decimal
 * text: 2.5e-9 USD has no exact floating-point form.
 *
 * The partial unique index lets a model have one open version, whichever replica imports first.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('price_versions', table => {
    table.comment('Versions of prices; closed, never changed');
    table.string('id', 36).primary();
    table.string('price_key').notNullable().comment('e.g. openai/gpt-4o');
    table.string('valid_from', 30).notNullable();
    table.string('valid_to', 30).comment('Null: valid now');
    table.string('recorded_at', 30).notNullable();
    table.string('source').notNullable().comment('Where the price is from');
    table.index(['price_key', 'valid_from']);
  });
  await knex.raw(
    'CREATE UNIQUE INDEX price_versions_open ON price_versions (price_key) WHERE valid_to IS NULL',
  );
  await knex.schema.createTable('price_rates', table => {
    table.comment('The rates of a price version');
    table
      .string('price_version_id', 36)
      .notNullable()
      .references('id')
      .inTable('price_versions');
    table.string('token_class', 32).notNullable();
    table.string('usd_per_token', 64).notNullable().comment('Decimal text');
    table.primary(['price_version_id', 'token_class']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('price_rates');
  await knex.schema.dropTable('price_versions');
};

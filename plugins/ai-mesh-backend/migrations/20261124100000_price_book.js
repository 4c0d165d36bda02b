// @ts-check

/**
 * Makes the price book bitemporal. A version says when it is valid and when it was recorded, and is never
 * changed: of all versions that cover a moment, the one recorded last holds. What closed a version before was
 * the next one, so that every end that stands there is taken away again; what holds when does not change by it.
 *
 * Why a sequence beside the time of recording: two versions may be recorded in one millisecond, and the clocks
 * of replicas differ. `price_book` gives the numbers out; its one row is the lock under which prices are taken.
 *
 * Why rates move to a new table: their key has a threshold more, and SQLite cannot change a key in place.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.raw('DROP INDEX price_versions_open');
  await knex.schema.alterTable('price_versions', table => {
    table.string('region', 100).notNullable().defaultTo('');
    table.string('service_tier', 16).notNullable().defaultTo('standard');
    table.string('contract_id').comment('Null: a list price');
    table.string('list_version_id', 36).comment('What a discount is off');
    table.boolean('is_withdrawn').notNullable().defaultTo(false);
    table.string('source_id', 64).notNullable().defaultTo('bundled');
    table.bigInteger('sequence').notNullable().defaultTo(0);
    table.index(['price_key', 'sequence'], 'price_versions_by_sequence');
  });
  await knex('price_versions')
    .where({ source: 'configuration' })
    .update({ source_id: 'configuration' });
  const versions = await knex('price_versions')
    .orderBy([
      'recorded_at',
      'valid_from',
      { column: 'valid_to', nulls: 'last' },
    ])
    .select('id');
  for (const [index, { id }] of versions.entries()) {
    await knex('price_versions')
      .where({ id })
      .update({ sequence: index + 1, valid_to: null });
  }
  await knex.schema.createTable('price_book', table => {
    table.comment('One row: the lock and the last number given out');
    table.integer('id').primary();
    table.bigInteger('last_sequence').notNullable();
  });
  await knex('price_book').insert({ id: 1, last_sequence: versions.length });
  await moveRates(knex, {
    extra: table =>
      table.integer('above_input_tokens').notNullable().defaultTo(0),
    key: ['price_version_id', 'token_class', 'above_input_tokens'],
  });
  await createProposals(knex);
  await createRestatements(knex);
};

/**
 * Why a table: what was booked under a price that turned out wrong must be corrected, also when the process
 * dies right after the new price was recorded.
 *
 * @param {import('knex').Knex} knex
 */
async function createRestatements(knex) {
  await knex.schema.createTable('price_restatements', table => {
    table.comment('Times past that a new version re-prices');
    table.string('id', 36).primary();
    table.string('price_key').notNullable();
    table.string('region', 100).notNullable();
    table.string('service_tier', 16).notNullable();
    table.string('from', 30).notNullable();
    table.string('to', 30).notNullable();
    table.string('version_id', 36).notNullable();
    table.string('replaced_version_id', 36);
    table.bigInteger('sequence').notNullable();
    table.string('delivered_at', 30);
    table.index(['delivered_at', 'sequence'], 'price_restatements_open');
  });
}

/** @param {import('knex').Knex} knex */
async function createProposals(knex) {
  await knex.schema.createTable('price_proposals', table => {
    table.comment('Changes of prices that wait for a person, or waited');
    table.string('id', 36).primary();
    table.string('state', 16).notNullable();
    table.string('price_key').notNullable();
    table.string('region', 100).notNullable();
    table.string('service_tier', 16).notNullable();
    table.string('contract_id');
    table.text('terms').notNullable().comment('Rates and thresholds, JSON');
    table.string('valid_from', 30).comment('Null: from the approval on');
    table.string('valid_to', 30);
    table.string('source_id', 64).notNullable();
    table.string('source').notNullable();
    table.string('present_version_id', 36);
    table.string('changed_class', 32).notNullable();
    table.string('factor', 40).comment('Null: to or from zero');
    table.text('proposed_by').comment('Null: a source did');
    table.string('proposed_at', 30).notNullable();
    table.text('decided_by');
    table.string('decided_at', 30);
    table.text('reason');
    table.string('version_id', 36);
    table.index(['state', 'proposed_at'], 'price_proposals_by_state');
    table.index(['price_key'], 'price_proposals_by_key');
  });
}

/**
 * Closes versions in place again, and leaves out what the table before could not say.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('price_restatements');
  await knex.schema.dropTable('price_proposals');
  const isBeyond =
    "region <> '' or service_tier <> 'standard' or contract_id is not null";
  await knex.raw(
    `DELETE FROM price_rates WHERE above_input_tokens > 0
       OR price_version_id IN (SELECT id FROM price_versions WHERE ${isBeyond})`,
  );
  await knex.raw(`DELETE FROM price_versions WHERE ${isBeyond}`);
  await moveRates(knex, { key: ['price_version_id', 'token_class'] });
  await knex.schema.dropTable('price_book');
  const versions = await knex('price_versions')
    .orderBy(['price_key', { column: 'sequence', order: 'desc' }])
    .select('id', 'price_key', 'valid_from');
  for (const [index, { id, price_key: key }] of versions.entries()) {
    const next = versions[index - 1];
    const isOpen = !next || next.price_key !== key;
    await knex('price_versions')
      .where({ id })
      .update({ valid_to: isOpen ? null : next.valid_from });
  }
  await knex.raw('DROP INDEX price_versions_by_sequence');
  for (const column of [
    'region',
    'service_tier',
    'contract_id',
    'list_version_id',
    'is_withdrawn',
    'source_id',
    'sequence',
  ]) {
    await knex.raw(`ALTER TABLE price_versions DROP COLUMN ${column}`);
  }
  await knex.raw(
    'CREATE UNIQUE INDEX price_versions_open ON price_versions (price_key) WHERE valid_to IS NULL',
  );
};

/**
 * @param {import('knex').Knex} knex
 * @param {{ key: string[], extra?: (table: import('knex').Knex.CreateTableBuilder) => unknown }} options
 */
async function moveRates(knex, { key, extra }) {
  await knex.schema.createTable('price_rates_moved', table => {
    table.comment('The rates of a price version');
    table
      .string('price_version_id', 36)
      .notNullable()
      .references('id')
      .inTable('price_versions');
    table.string('token_class', 32).notNullable();
    table.string('usd_per_token', 64).notNullable().comment('Decimal text');
    extra?.(table);
    // under a name of its own: a key keeps its name when the table takes the place of the old one
    table.primary(key, `price_rates_by_${key.length}_columns`);
  });
  await knex.raw(
    `INSERT INTO price_rates_moved (price_version_id, token_class, usd_per_token)
     SELECT price_version_id, token_class, usd_per_token FROM price_rates`,
  );
  await knex.schema.dropTable('price_rates');
  await knex.schema.renameTable('price_rates_moved', 'price_rates');
}

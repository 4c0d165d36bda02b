// @ts-check

/**
 * What keeping books needs beside the ledger: invoices, checks of the roll-ups, corrections in progress, and how long
 * lines are kept.
 *
 * Why the quarantine gets a digest: a gateway that sends the same broken record over and over fills one row, not a
 * disk. Why a day: beyond a number of different records a day, only their number is kept, by the reason.
 *
 * Why totals beside the statement: a list of months must not parse ten megabytes for each of them.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('closed_months', table => {
    table.text('totals').comment('JSON, a part of the statement');
  });
  await extendQuarantine(knex);
  await knex.schema.createTable('ledger_retention', table => {
    table.comment('One row: the first day whose lines are all kept');
    table.integer('id').primary();
    table.integer('kept_from').notNullable().comment('As 20261122; 0: all');
  });
  await knex('ledger_retention').insert({ id: 1, kept_from: 0 });
  await knex.schema.createTable('ledger_checks', table => {
    table.comment('Roll-ups, accounts and balances recomputed from the lines');
    table.increments('id');
    table.bigInteger('started_at').notNullable();
    table.bigInteger('finished_at').notNullable();
    table.integer('from_day').notNullable();
    table.integer('to_day').notNullable();
    table.integer('days').notNullable().comment('That were compared');
    table.integer('difference_count').notNullable();
    table.text('differences').notNullable().comment('JSON; the first ones');
    table.index(['started_at'], 'ledger_checks_by_time');
  });
  await knex.schema.createTable('ledger_repricings', table => {
    table.comment('Corrections after a price that reaches back');
    table.string('id', 36).primary().comment('Of the change in the price book');
    table.text('change').notNullable().comment('JSON');
    table.integer('next_day').notNullable().comment('How far it got');
    table.bigInteger('restated').notNullable().comment('Lines so far');
    table.bigInteger('started_at').notNullable();
    table.bigInteger('finished_at');
    table.index(['started_at'], 'ledger_repricings_by_time');
  });
  await createInvoices(knex);
};

/** @param {import('knex').Knex} knex */
async function extendQuarantine(knex) {
  await knex.schema.alterTable('usage_quarantine', table => {
    table.text('digest').comment('Of sender, reason and content');
    table.integer('times').notNullable().defaultTo(1);
    table.bigInteger('last_received_at');
    table.boolean('is_cut').notNullable().defaultTo(false);
    table.string('state', 12).notNullable().defaultTo('open');
    table.text('decided_by');
    table.bigInteger('decided_at');
    table.text('decision');
  });
  await knex.raw(
    `UPDATE usage_quarantine SET digest = 'former ' || id, last_received_at = received_at`,
  );
  await knex.raw(
    'CREATE UNIQUE INDEX usage_quarantine_by_digest ON usage_quarantine (digest)',
  );
  await knex.raw(
    'CREATE INDEX usage_quarantine_by_state ON usage_quarantine (state, received_at)',
  );
}

/** @param {import('knex').Knex} knex */
async function createInvoices(knex) {
  await knex.schema.createTable('invoices', table => {
    table.comment('What a provider says a month cost; the last one holds');
    table.increments('id');
    table.integer('month').notNullable().comment('As 202610');
    table.text('provider').notNullable();
    table.text('file_name').notNullable();
    table.text('digest').notNullable().comment('SHA-256 of the file');
    table.text('uploaded_by').notNullable();
    table.bigInteger('uploaded_at').notNullable();
    table.unique(['month', 'provider', 'digest']);
  });
  const sum =
    knex.client.config.client === 'pg'
      ? 'numeric(38, 0)'
      : "bigint check (typeof(amount_pico) = 'integer')";
  await knex.schema.createTable('invoice_lines', table => {
    table
      .integer('invoice_id')
      .notNullable()
      .references('id')
      .inTable('invoices')
      .onDelete('CASCADE');
    table.text('model').notNullable().comment('Empty: of no one model');
    table.string('charge_class', 32).notNullable().comment('Empty: all');
    table.specificType('amount_pico', sum).notNullable();
    table.integer('row_count').notNullable();
    table.primary(['invoice_id', 'model', 'charge_class']);
  });
}

/**
 * Records in quarantine stay; what people decided about them, and the invoices, end with the columns and tables.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'invoice_lines',
    'invoices',
    'ledger_repricings',
    'ledger_checks',
    'ledger_retention',
  ]) {
    await knex.schema.dropTable(table);
  }
  await knex.raw('DROP INDEX usage_quarantine_by_state');
  await knex.raw('DROP INDEX usage_quarantine_by_digest');
  for (const column of [
    'digest',
    'times',
    'last_received_at',
    'is_cut',
    'state',
    'decided_by',
    'decided_at',
    'decision',
  ]) {
    await knex.raw('ALTER TABLE usage_quarantine DROP COLUMN ??', [column]);
  }
  await knex.raw('ALTER TABLE closed_months DROP COLUMN totals');
};

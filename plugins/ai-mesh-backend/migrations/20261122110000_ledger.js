// @ts-check

/**
 * Why roll-ups beside the lines: pages read sums of weeks, and must not scan millions of lines for them.
 * Both are written in the transaction of their lines, so a report is never ahead of or behind the ledger.
 *
 * Why times are whole milliseconds: a bucket is then a plain integer on both databases.
 *
 * Why sums are `numeric` on Postgres: an int64 ends at 9.2 million dollars in pico-dollars. SQLite has
 * nothing wider, and would go on with a rounded float: there a check refuses that.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('ledger_lines', table => {
    table.string('request_id', 100).notNullable();
    table.integer('attempt').notNullable();
    table.integer('line_no').notNullable();
    table.integer('revision').notNullable().defaultTo(0);
    table.bigInteger('occurred_at').notNullable();
    table.string('key_id', 12).notNullable();
    table.text('application_ref').notNullable();
    table.text('department_ref').notNullable();
    table.text('cost_centre').nullable();
    table.text('model').notNullable();
    table.text('target_id').notNullable();
    table.string('token_class', 32).notNullable();
    table.bigInteger('tokens').notNullable();
    table.text('price_version_id').notNullable();
    table.bigInteger('cost_pico').notNullable();
    table.string('source', 8).notNullable();
    table.boolean('estimated').notNullable();
    table.text('flags').nullable();
    table.text('lease_id').nullable();
    table.text('replica_id').nullable();
    table.bigInteger('booked_at').notNullable();
    table.primary(['request_id', 'attempt', 'line_no', 'revision']);
    table.index(
      ['department_ref', 'occurred_at'],
      'ledger_lines_by_department',
    );
    table.index(['occurred_at'], 'ledger_lines_by_time');
  });

  for (const name of ['usage_hourly', 'usage_daily']) {
    await knex.schema.createTable(name, table => {
      table.bigInteger('bucket').notNullable();
      table.text('department_ref').notNullable();
      table.text('application_ref').notNullable();
      table.string('key_id', 12).notNullable();
      table.text('model').notNullable();
      table.string('source', 8).notNullable();
      table.bigInteger('requests').notNullable();
      table.bigInteger('input_tokens').notNullable();
      table.bigInteger('cached_input_tokens').notNullable();
      table.bigInteger('output_tokens').notNullable();
      addSum(knex, table, 'cost_pico');
      addSum(knex, table, 'estimated_pico');
      table.primary([
        'bucket',
        'department_ref',
        'application_ref',
        'key_id',
        'model',
        'source',
      ]);
      table.index(['department_ref', 'bucket'], `${name}_by_department`);
    });
  }

  await knex.schema.createTable('usage_quarantine', table => {
    table.increments('id');
    table.text('replica_id').notNullable();
    table.text('reason').notNullable();
    table.text('record').notNullable();
    table.bigInteger('received_at').notNullable();
    table.index(['received_at'], 'usage_quarantine_by_time');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('usage_quarantine');
  await knex.schema.dropTable('usage_daily');
  await knex.schema.dropTable('usage_hourly');
  await knex.schema.dropTable('ledger_lines');
};

/**
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} name
 */
function addSum(knex, table, name) {
  const type =
    knex.client.config.client === 'pg'
      ? 'numeric(38, 0)'
      : `bigint check (typeof(${name}) = 'integer')`;
  table.specificType(name, type).notNullable();
}

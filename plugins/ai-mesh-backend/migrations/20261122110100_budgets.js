// @ts-check

/**
 * Why balances are kept and not summed from the lines: a lease is granted under a lock on a handful of
 * rows, for every level of the tree at once. They are a projection: `settled_pico` is the sum of the lines
 * of the department and all below it, `leased_pico` what its leases still hold.
 *
 * Why a lease carries its path: the tree may change while a gateway holds it, and what was taken must go
 * back to where it was taken from.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('budgets', table => {
    table.text('department_ref').primary();
    addSum(knex, table, 'limit_pico').nullable();
    table.integer('epoch').notNullable();
    table.text('updated_by').notNullable();
    table.bigInteger('updated_at').notNullable();
  });

  await knex.schema.createTable('budget_balances', table => {
    table.text('department_ref').notNullable();
    table.string('period', 7).notNullable();
    addSum(knex, table, 'settled_pico').notNullable();
    addSum(knex, table, 'leased_pico').notNullable();
    table.primary(['department_ref', 'period']);
  });

  await knex.schema.createTable('budget_leases', table => {
    table.text('id').primary();
    table.text('replica_id').notNullable();
    table.text('department_ref').notNullable();
    table.string('period', 7).notNullable();
    table.text('path').notNullable();
    table.bigInteger('granted_pico').notNullable();
    table.bigInteger('booked_pico').notNullable();
    table.bigInteger('kept_pico').notNullable();
    table.string('state', 8).notNullable();
    table.bigInteger('granted_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table.bigInteger('released_at').nullable();
    table.index(['state', 'expires_at'], 'budget_leases_by_expiry');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('budget_leases');
  await knex.schema.dropTable('budget_balances');
  await knex.schema.dropTable('budgets');
};

/**
 * Sums pass an int64 at 9.2 million dollars: `numeric` on Postgres, a refusal on SQLite, which would
 * otherwise go on with a rounded float.
 *
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} name
 */
function addSum(knex, table, name) {
  return table.specificType(
    name,
    knex.client.config.client === 'pg'
      ? 'numeric(38, 0)'
      : `bigint check (${name} is null or typeof(${name}) = 'integer')`,
  );
}

// @ts-check

/**
 * The Groups of the catalog, as last seen. The ledger outlives the catalog: money that a department spent
 * keeps its name after the Group is gone, and the gateways keep their budgets while the catalog is away.
 *
 * Times are text in ISO 8601, UTC, of one length: they sort as times on every database, and no driver
 * turns them into the time zone of its own process.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('departments', table => {
    table.comment('Groups of the catalog, as last seen');
    table.string('ref').primary().comment('Entity reference of the Group');
    table.string('title').notNullable();
    table.string('type').notNullable();
    table.string('parent_ref').comment('As the catalog says; may dangle');
    table.string('cost_centre').comment('Of its own, not inherited');
    table
      .string('missing_since', 30)
      .comment('When the catalog first did not know it any more');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('departments');
};

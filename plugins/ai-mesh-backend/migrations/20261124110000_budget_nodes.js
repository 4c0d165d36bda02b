// @ts-check

/** Of a balance: what was carried into it, what calls needed lately, where the end-game began, where it will end. */
const SUMS = [
  'carried_pico',
  'need_max_pico',
  'need_mean_pico',
  'end_game_limit_pico',
  'projected_pico',
];

/**
 * Budgets of departments, cost centres, applications and keys, and of single models below each of them: nodes.
 * The id of a node is an entity reference, or a word and a value (see budgetNodeId), so that the budgets and
 * balances of departments of before keep the ids that they have.
 *
 * Why `node_tracking`: balances of departments are always kept, those of other nodes from the moment on at
 * which they get their first budget. Whoever books holds this one row shared, whoever adds a node holds it
 * alone: so what was booked before is summed exactly once, and what is booked later counted exactly once. The
 * time zone stands here so that every replica counts by the same months, also while a new configuration is
 * being rolled out.
 *
 * Why `carried_pico` is empty at first: it is worked out once, when a period is opened, and stays.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('node_tracking', table => {
    table.integer('id').primary();
    table.integer('nodes').notNullable();
    table.text('time_zone').notNullable();
  });
  await knex('node_tracking').insert({ id: 1, nodes: 0, time_zone: 'UTC' });

  await knex.schema.createTable('budget_nodes', table => {
    table.text('id').primary();
    table.string('level', 16).notNullable();
    table.text('ref').notNullable();
    table.text('model').nullable();
    addSum(knex, table, 'limit_pico').nullable();
    table.string('kind', 8).notNullable();
    table.string('carry_over', 8).notNullable();
    table.text('rules').nullable().comment('JSON; the default ones when empty');
    table.integer('epoch').notNullable();
    table
      .string('since_period', 7)
      .nullable()
      .comment('From which month on there is a limit, without a break');
    table.text('updated_by').notNullable();
    table.bigInteger('updated_at').notNullable();
  });
  await knex.raw(`
    insert into budget_nodes
      (id, level, ref, limit_pico, kind, carry_over, epoch, updated_by, updated_at)
    select department_ref, 'department', department_ref, limit_pico, 'hard', 'none', epoch, updated_by, updated_at
    from budgets`);
  await knex.schema.dropTable('budgets');

  await knex.schema.alterTable('budget_balances', table => {
    table.renameColumn('department_ref', 'node_id');
  });
  await knex.schema.alterTable('budget_balances', table => {
    for (const name of SUMS) addSum(knex, table, name).nullable();
    table.boolean('is_breach_projected').notNullable().defaultTo(false);
    table.bigInteger('projected_at').nullable();
    table.bigInteger('exhausted_at').nullable();
  });

  await knex.schema.alterTable('budget_leases', table => {
    table.text('application_ref').nullable();
    table.text('key_id').nullable();
    table.text('model').nullable();
  });

  await createTopUpsAndAlerts(knex);
};

/**
 * Budgets of departments are carried back; those of other nodes, top-ups and alerts end with their tables, and
 * so do the leases' shares in them.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('budget_alerts');
  await knex.schema.dropTable('budget_topups');
  const kept = knex('budget_nodes')
    .where({ level: 'department' })
    .whereNull('model');
  const departments = await kept.clone().select('id').orderBy('id');

  await knex.schema.createTable('budgets', table => {
    table.text('department_ref').primary();
    addSum(knex, table, 'limit_pico').nullable();
    table.integer('epoch').notNullable();
    table.text('updated_by').notNullable();
    table.bigInteger('updated_at').notNullable();
  });
  await knex.raw(
    `insert into budgets (department_ref, limit_pico, epoch, updated_by, updated_at)
     select id, limit_pico, epoch, updated_by, updated_at from budget_nodes
     where level = 'department' and model is null`,
  );
  const others = await knex('budget_nodes')
    .whereNotIn(
      'id',
      departments.map(row => row.id),
    )
    .select('id');
  const otherIds = new Set(others.map(row => row.id));
  for (const id of otherIds) {
    await knex('budget_balances').where({ node_id: id }).delete();
  }
  for (const { id, path } of await knex('budget_leases').select('id', 'path')) {
    const refs = JSON.parse(path).filter(
      (/** @type {string} */ ref) => !otherIds.has(ref),
    );
    await knex('budget_leases')
      .where({ id })
      .update({ path: JSON.stringify(refs) });
  }
  await knex.schema.dropTable('budget_nodes');
  await knex.schema.dropTable('node_tracking');
  await knex.schema.alterTable('budget_leases', table => {
    table.dropColumns('application_ref', 'key_id', 'model');
  });
  for (const name of [
    ...SUMS,
    'is_breach_projected',
    'projected_at',
    'exhausted_at',
  ]) {
    // not knex' dropColumn: on SQLite it would make the table anew and lose its checks
    await knex.raw('alter table budget_balances drop column ??', [name]);
  }
  await knex.schema.alterTable('budget_balances', table => {
    table.renameColumn('node_id', 'department_ref');
  });
};

/** @param {import('knex').Knex} knex */
async function createTopUpsAndAlerts(knex) {
  await knex.schema.createTable('budget_topups', table => {
    table.text('id').primary();
    table.text('node_id').notNullable();
    table.bigInteger('amount_pico').notNullable();
    table.text('reason').notNullable();
    table.bigInteger('starts_at').notNullable();
    table.bigInteger('ends_at').notNullable();
    table.string('state', 10).notNullable();
    table.text('requested_by').notNullable();
    table.bigInteger('requested_at').notNullable();
    table.text('decided_by').nullable();
    table.bigInteger('decided_at').nullable();
    table.text('decision').nullable();
    table.index(['node_id', 'state'], 'budget_topups_by_node');
    table.index(['requested_at'], 'budget_topups_by_time');
  });

  await knex.schema.createTable('budget_alerts', table => {
    table.text('node_id').notNullable();
    table.string('period', 7).notNullable();
    table.string('threshold', 20).notNullable();
    table.string('action', 20).notNullable();
    table.text('rule').notNullable();
    table.bigInteger('raised_at').notNullable();
    addSum(knex, table, 'spent_pico').notNullable();
    addSum(knex, table, 'limit_pico').notNullable();
    addSum(knex, table, 'projected_pico').nullable();
    table.text('told_refs').notNullable();
    // each crossing is told once a period
    table.primary(['node_id', 'period', 'threshold', 'action']);
    table.index(['raised_at'], 'budget_alerts_by_time');
  });
}

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

// @ts-check

/**
 * What GPU machines were rented for, and who had them.
 *
 * Why `gpu_machines`: its row is locked while records of the machine are taken, so that two deliveries cannot
 * both bring the same minutes.
 *
 * Why parts beside the ledger: a ledger line knows accounts and amounts; the page asks for pools, workloads and
 * how busy they were. A part repeats day, pool and size, so that a report reads one table.
 *
 * Why `record`: it is priced later when there is no price yet, and compared with one that comes again.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('gpu_machines', table => {
    table.comment('Machines that usage was reported of; locks their records');
    table.string('machine_id', 63).primary();
    table.bigInteger('reported_at').notNullable();
  });
  await knex.schema.createTable('gpu_machine_hours', table => {
    table.comment('Machines by the hour, or a part of one, with their bill');
    table.string('machine_id', 63).notNullable();
    table.bigInteger('from_ms').notNullable();
    table.bigInteger('to_ms').notNullable();
    table.bigInteger('day').notNullable().comment('Start of it, UTC');
    table.text('pool').notNullable();
    table.string('provider', 32).notNullable();
    table.string('vm_size', 100).notNullable();
    table.string('region', 50).notNullable();
    table.string('priority', 16).notNullable();
    table.integer('gpu_count').notNullable();
    table.bigInteger('seconds').notNullable();
    table.string('source', 8).notNullable();
    table
      .string('state', 12)
      .notNullable()
      .comment('waiting for a price, priced, booked, restating');
    table.text('price_version_id');
    table.bigInteger('billed_pico');
    table.bigInteger('on_demand_pico').comment('Spot: the same on demand');
    table.integer('evictions').notNullable().defaultTo(0);
    table.bigInteger('rework_seconds').notNullable().defaultTo(0);
    table.bigInteger('rework_pico').notNullable().defaultTo(0);
    table.integer('revision').notNullable().defaultTo(0);
    table.text('next_price_version_id').comment('While restating: the new');
    table.bigInteger('next_billed_pico');
    table.bigInteger('next_rework_pico');
    table.text('reporter_id').notNullable();
    table.text('record').notNullable();
    table.bigInteger('received_at').notNullable();
    table.bigInteger('booked_at');
    table.primary(['machine_id', 'from_ms']);
    table.index(['day', 'pool'], 'gpu_machine_hours_by_day');
    table.index(['vm_size', 'from_ms'], 'gpu_machine_hours_by_size');
  });
  // the few that something is still to be done with
  await knex.raw(
    `CREATE INDEX gpu_machine_hours_open ON gpu_machine_hours (machine_id, from_ms) WHERE state <> 'booked'`,
  );
  await knex.raw(
    `CREATE INDEX gpu_machine_hours_uncompared ON gpu_machine_hours (machine_id, from_ms)
     WHERE priority = 'spot' AND on_demand_pico IS NULL`,
  );
  await knex.schema.createTable('gpu_parts', table => {
    table.comment('Who had which part of a machine-hour; the last is the rest');
    table.string('machine_id', 63).notNullable();
    table.bigInteger('from_ms').notNullable();
    table.integer('part_no').notNullable();
    table.bigInteger('day').notNullable();
    table.text('pool').notNullable();
    table.string('vm_size', 100).notNullable();
    table.string('source', 8).notNullable();
    table.string('account_kind', 12).notNullable();
    table.text('account_owner').notNullable();
    table.text('department_ref').notNullable();
    table.text('cost_centre');
    table.text('application_ref');
    table.text('workload');
    table.string('method', 16);
    table.boolean('measured').notNullable();
    table.boolean('estimated').notNullable();
    for (const ledger of ['used', 'idle', 'unallocated']) {
      table.bigInteger(`${ledger}_pico`).notNullable();
      table
        .bigInteger(`${ledger}_time`)
        .notNullable()
        .comment('Thousandths of a GPU-second');
    }
    table.primary(['machine_id', 'from_ms', 'part_no']);
    table.index(['day', 'account_owner'], 'gpu_parts_by_day');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('gpu_parts');
  await knex.schema.dropTable('gpu_machine_hours');
  await knex.schema.dropTable('gpu_machines');
};

// @ts-check

// widest first: nothing is lost to alignment
const LINE_COLUMNS = `
  occurred_at bigint NOT NULL,
  quantity bigint NOT NULL,
  cost_pico bigint NOT NULL,
  avoided_pico bigint NOT NULL,
  occurred_on integer NOT NULL,
  posted_on integer NOT NULL,
  dimension_id integer NOT NULL,
  batch_id integer NOT NULL,
  line_no integer NOT NULL,
  attempt integer NOT NULL,
  revision smallint NOT NULL,
  flags smallint NOT NULL,
  request_id text NOT NULL`;

const LINE_KEY =
  'PRIMARY KEY (request_id, attempt, line_no, revision, occurred_on)';

/** @param {import('knex').Knex} knex */
function isPostgres(knex) {
  return knex.client.config.client === 'pg';
}

/** @param {import('knex').Knex} knex */
async function createNames(knex) {
  await knex.schema.createTable('ledger_accounts', table => {
    table.comment('What money moves between; kind and owner are the name');
    table.increments('id');
    table.string('kind', 12).notNullable();
    table.text('owner').notNullable();
    table.unique(['kind', 'owner']);
  });
  await knex.schema.createTable('ledger_dimensions', table => {
    table.comment('All that lines are about but amounts and times');
    table.increments('id');
    table.text('digest').notNullable().unique();
    table.text('department_ref').notNullable();
    table.text('cost_centre');
    table.text('application_ref').notNullable();
    table.text('key_id').notNullable();
    table.text('model').notNullable();
    table.text('requested_model');
    table.string('served_because', 16).notNullable();
    table.text('target_id').notNullable();
    table.text('provider').notNullable();
    table.text('region').notNullable();
    table.string('service_tier', 16).notNullable();
    table.string('charge_class', 32).notNullable();
    table.text('price_version_id').notNullable();
    table
      .integer('above_input_tokens')
      .notNullable()
      .defaultTo(0)
      .comment('The threshold that a long prompt passed; 0: the base rates');
    table.string('source', 8).notNullable();
    table.boolean('correction').notNullable();
    table.integer('debit_account_id').notNullable();
    table.integer('credit_account_id').notNullable();
    table.index(['department_ref'], 'ledger_dimensions_by_department');
  });
  await knex.schema.createTable('closed_months', table => {
    table.comment('Months into which nothing is posted any more');
    table.integer('month').primary().comment('As 202611');
    table.bigInteger('closed_at').notNullable();
    table.text('closed_by').notNullable();
    table.text('statement').notNullable().comment('The report, byte by byte');
    table.text('digest').notNullable().comment('SHA-256 of the statement');
  });
  await knex.schema.createTable('ledger_batches', table => {
    table.comment('Deliveries: who sent lines, and when they were booked');
    table.increments('id');
    table.text('replica_id');
    table.bigInteger('booked_at').notNullable();
  });
}

/** @param {import('knex').Knex} knex */
async function createLines(knex) {
  if (isPostgres(knex)) {
    await knex.raw(
      `CREATE TABLE ledger_lines (${LINE_COLUMNS}, ${LINE_KEY}) PARTITION BY RANGE (occurred_on)`,
    );
    await knex.raw(
      'CREATE INDEX ledger_lines_flagged ON ledger_lines (posted_on) WHERE flags > 1',
    );
    // for usage whose time cannot be true
    await knex.raw(
      'CREATE TABLE ledger_lines_undated PARTITION OF ledger_lines DEFAULT',
    );
  } else {
    await createMonth(knex, 'ledger_lines_undated');
    await recreateLinesView(knex, ['ledger_lines_undated']);
  }
}

/**
 * @param {import('knex').Knex} knex
 * @param {string} table
 */
async function createMonth(knex, table) {
  await knex.raw(
    `CREATE TABLE ${table} (${LINE_COLUMNS}, ${LINE_KEY}) WITHOUT ROWID`,
  );
  await knex.raw(
    `CREATE INDEX ${table}_flagged ON ${table} (posted_on) WHERE flags > 1`,
  );
}

/**
 * @param {import('knex').Knex} knex
 * @param {string[]} tables
 */
async function recreateLinesView(knex, tables) {
  await knex.raw('DROP VIEW IF EXISTS ledger_lines');
  await knex.raw(
    `CREATE VIEW ledger_lines AS ${tables
      .map(table => `SELECT * FROM ${table}`)
      .join(' UNION ALL ')}`,
  );
}

/** @param {import('knex').Knex} knex */
async function createRollups(knex) {
  const sum = isPostgres(knex) ? 'numeric(38, 0)' : 'bigint';
  // beyond an int64 SQLite would go on with a rounded float
  const check = (/** @type {string} */ name) =>
    isPostgres(knex) ? '' : `CHECK (typeof(${name}) = 'integer')`;
  for (const table of ['rollup_hourly', 'rollup_daily']) {
    await knex.raw(`CREATE TABLE ${table} (
      bucket bigint NOT NULL,
      dimension_id integer NOT NULL,
      requests bigint NOT NULL,
      quantity ${sum} NOT NULL ${check('quantity')},
      cost_pico ${sum} NOT NULL ${check('cost_pico')},
      estimated_pico ${sum} NOT NULL ${check('estimated_pico')},
      avoided_pico ${sum} NOT NULL ${check('avoided_pico')},
      PRIMARY KEY (bucket, dimension_id)
    ) ${isPostgres(knex) ? 'WITH (fillfactor = 80)' : 'WITHOUT ROWID'}`);
  }
}

/** @param {import('knex').Knex} knex */
async function createEntriesView(knex) {
  await knex.raw(`CREATE VIEW ledger_entries AS
    SELECT lines.request_id, lines.attempt, lines.line_no, lines.revision, lines.occurred_at, lines.occurred_on,
      lines.posted_on, lines.quantity, lines.cost_pico, lines.avoided_pico, lines.flags, lines.dimension_id,
      batches.replica_id, batches.booked_at,
      about.department_ref, about.cost_centre, about.application_ref, about.key_id, about.model,
      about.requested_model, about.served_because, about.target_id, about.provider, about.region,
      about.service_tier, about.charge_class, about.price_version_id, about.above_input_tokens,
      about.source, about.correction,
      debit.kind AS debit_kind, debit.owner AS debit_owner,
      credit.kind AS credit_kind, credit.owner AS credit_owner
    FROM ledger_lines AS lines
    JOIN ledger_dimensions AS about ON about.id = lines.dimension_id
    JOIN ledger_batches AS batches ON batches.id = lines.batch_id
    JOIN ledger_accounts AS debit ON debit.id = about.debit_account_id
    JOIN ledger_accounts AS credit ON credit.id = about.credit_account_id`);
}

/** @param {import('knex').Knex} knex */
async function dropAll(knex) {
  await knex.raw('DROP VIEW ledger_entries');
  if (isPostgres(knex)) {
    await knex.schema.dropTable('ledger_lines');
  } else {
    await knex.raw('DROP VIEW ledger_lines');
    const tables = await knex('sqlite_master')
      .where('type', 'table')
      .andWhere('name', 'like', 'ledger_lines_%')
      .pluck('name');
    for (const table of tables) await knex.schema.dropTable(table);
  }
  for (const table of [
    'rollup_daily',
    'rollup_hourly',
    'closed_months',
    'ledger_batches',
    'ledger_dimensions',
    'ledger_accounts',
  ]) {
    await knex.schema.dropTable(table);
  }
}

module.exports = {
  createEntriesView,
  createLines,
  createMonth,
  createNames,
  createRollups,
  dropAll,
  isPostgres,
  recreateLinesView,
};

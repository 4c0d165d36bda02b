// @ts-check

/**
 * The ledger as double entry, narrow enough for millions of lines.
 *
 * Why dimensions: department, application, key, model, price … repeat in every line. They stand once in
 * `ledger_dimensions`, so that a line is numbers, and a roll-up has a key of two integers.
 *
 * Why debit and credit stand in the dimension: a line moves one amount from one account to another, so each
 * line balances by itself and all accounts together sum to zero, always.
 *
 * Why partitions are by the day (SQLite: the month) of the usage and not of the booking: a line that comes
 * again must meet its twin. `posted_on` says for which day it counts; in a closed month nothing is posted.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const name of ['ledger_lines', 'usage_hourly', 'usage_daily']) {
    await knex.schema.renameTable(name, `former_${name}`);
  }
  for (const name of INDEXES_OF_BEFORE) {
    await knex.raw(`DROP INDEX IF EXISTS ${name}`); // their names are wanted again, or their tables end
  }
  if (isPostgres(knex)) {
    await knex.raw(
      'ALTER TABLE former_ledger_lines DROP CONSTRAINT ledger_lines_pkey',
    );
  }
  await createNames(knex);
  await createLines(knex);
  await createRollups(knex);
  await createEntriesView(knex);
  await carryOver(knex);
  for (const name of ['ledger_lines', 'usage_hourly', 'usage_daily']) {
    await knex.schema.dropTable(`former_${name}`);
  }
};

/**
 * Lines of calls are carried back; postings that the former ledger has no place for (machines, adjustments)
 * end with the tables.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  const entries = await knex('ledger_entries')
    .whereNotIn('charge_class', ['machine-time', 'gpu-time', 'adjustment'])
    .select(
      '*',
      ...[
        'quantity',
        'cost_pico',
        'avoided_pico',
        'occurred_at',
        'booked_at',
      ].map(name => knex.raw('cast(?? as text) as ??', [name, name])),
    );
  await dropAll(knex);
  await createFormerTables(knex);
  await knex.batchInsert('ledger_lines', entries.map(toFormerLine), 30);
  for (const [table, bucketMs] of [
    ['usage_hourly', 3_600_000],
    ['usage_daily', 86_400_000],
  ]) {
    await knex.raw(`
      INSERT INTO ${table} (bucket, department_ref, application_ref, key_id, model, source, requests,
        input_tokens, cached_input_tokens, output_tokens, cost_pico, estimated_pico, avoided_pico)
      SELECT occurred_at - occurred_at % ${bucketMs}, department_ref, application_ref, key_id, model, source,
        sum(CASE WHEN line_no = 0 THEN 1 ELSE 0 END),
        sum(CASE WHEN token_class IN ('input', 'cache-write', 'audio-input') THEN tokens ELSE 0 END),
        sum(CASE WHEN token_class = 'cached-input' THEN tokens ELSE 0 END),
        sum(CASE WHEN token_class IN ('output', 'audio-output', 'reasoning') THEN tokens ELSE 0 END),
        sum(cost_pico), sum(CASE WHEN estimated THEN cost_pico ELSE 0 END), sum(avoided_pico)
      FROM ledger_lines
      GROUP BY 1, 2, 3, 4, 5, 6`);
  }
};

const INDEXES_OF_BEFORE = [
  'ledger_lines_by_department',
  'ledger_lines_by_time',
  'usage_hourly_by_department',
  'usage_daily_by_department',
];

const ESTIMATED = 1;

/** The bits of `flags`, as src/ledger/lineFlags.ts names them; these are what lines of before may have. */
const FLAG_BITS = {
  'cost-mismatch': 2,
  'unknown-price': 4,
  overrun: 8,
  'unknown-lease': 16,
};

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

/**
 * Brings over the lines of before, and sums them up anew.
 *
 * @param {import('knex').Knex} knex
 */
async function carryOver(knex) {
  const lines = await knex('former_ledger_lines').select(
    '*',
    ...['tokens', 'cost_pico', 'avoided_pico', 'occurred_at', 'booked_at'].map(
      name => knex.raw('cast(?? as text) as ??', [name, name]),
    ),
  );
  if (lines.length === 0) return;
  const providers = await readProviders(knex);
  const ids = { dimensions: new Map(), batches: new Map() };
  const months = new Set();
  for (const line of lines) {
    const occurredOn = dayOf(Number(line.occurred_at));
    const table = await partitionOf(knex, occurredOn, months);
    await knex(table).insert({
      occurred_at: line.occurred_at,
      quantity: line.tokens,
      cost_pico: line.cost_pico,
      avoided_pico: line.avoided_pico,
      occurred_on: occurredOn,
      posted_on: occurredOn,
      dimension_id: await dimensionOf(knex, line, providers, ids.dimensions),
      batch_id: await batchOf(knex, line, ids.batches),
      line_no: line.line_no,
      attempt: line.attempt,
      revision: line.revision,
      flags: flagsOf(line),
      request_id: line.request_id,
    });
  }
  for (const [table, bucketMs] of [
    ['rollup_hourly', 3_600_000],
    ['rollup_daily', 86_400_000],
  ]) {
    await knex.raw(`INSERT INTO ${table}
      (bucket, dimension_id, requests, quantity, cost_pico, estimated_pico, avoided_pico)
      SELECT occurred_at - occurred_at % ${bucketMs}, dimension_id, sum(CASE WHEN line_no = 0 THEN 1 ELSE 0 END),
        sum(quantity), sum(cost_pico), sum(CASE WHEN flags & ${ESTIMATED} = ${ESTIMATED} THEN cost_pico ELSE 0 END), sum(avoided_pico)
      FROM ledger_lines GROUP BY 1, 2`);
  }
}

/**
 * Who is owed: the first part of the price's key.
 *
 * @param {import('knex').Knex} knex
 */
async function readProviders(knex) {
  const versions = await knex('price_versions').select('id', 'price_key');
  return new Map(
    versions.map(({ id, price_key: key }) => [id, key.split('/')[0]]),
  );
}

/**
 * @param {import('knex').Knex} knex
 * @param {number} day as 20261122
 * @param {Set<string>} known
 */
async function partitionOf(knex, day, known) {
  const table = isPostgres(knex)
    ? `ledger_lines_${day}`
    : `ledger_lines_${Math.floor(day / 100)}`;
  if (!known.has(table)) {
    known.add(table);
    if (isPostgres(knex)) {
      await knex.raw(
        `CREATE TABLE ${table} PARTITION OF ledger_lines FOR VALUES FROM (${day}) TO (${
          day + 1
        })`,
      );
    } else {
      await createMonth(knex, table);
      await recreateLinesView(knex, ['ledger_lines_undated', ...known]);
    }
  }
  return table;
}

/**
 * @param {import('knex').Knex} knex
 * @param {Record<string, any>} line
 * @param {Map<string, string>} providers
 * @param {Map<string, number>} known
 */
async function dimensionOf(knex, line, providers, known) {
  const provider = providers.get(line.price_version_id) ?? 'unknown';
  const about = {
    department_ref: line.department_ref,
    cost_centre: line.cost_centre,
    application_ref: line.application_ref,
    key_id: line.key_id,
    model: line.model,
    requested_model: line.requested_model,
    served_because: line.served_because,
    target_id: line.target_id,
    provider,
    region: '',
    service_tier: 'standard',
    charge_class: line.token_class,
    price_version_id: line.price_version_id,
    source: line.source,
    correction: false,
  };
  const name = JSON.stringify(about);
  const found = known.get(name);
  if (found !== undefined) return found;
  const [{ id }] = await knex('ledger_dimensions')
    .insert({
      ...about,
      digest: `former ${known.size}`, // no digest of content: the next line like it gets a row of its own
      debit_account_id: await accountOf(knex, 'expense', line.department_ref),
      credit_account_id: await accountOf(knex, 'payable', provider),
    })
    .returning('id');
  known.set(name, id);
  return id;
}

/**
 * @param {import('knex').Knex} knex
 * @param {string} kind
 * @param {string} owner
 */
async function accountOf(knex, kind, owner) {
  const found = await knex('ledger_accounts').where({ kind, owner }).first();
  if (found) return found.id;
  const [{ id }] = await knex('ledger_accounts')
    .insert({ kind, owner })
    .returning('id');
  return id;
}

/**
 * @param {import('knex').Knex} knex
 * @param {Record<string, any>} line
 * @param {Map<string, number>} known
 */
async function batchOf(knex, line, known) {
  const name = `${line.replica_id} ${line.booked_at}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const [{ id }] = await knex('ledger_batches')
    .insert({ replica_id: line.replica_id, booked_at: line.booked_at })
    .returning('id');
  known.set(name, id);
  return id;
}

/** @param {Record<string, any>} line */
function flagsOf(line) {
  let bits = line.estimated ? ESTIMATED : 0;
  for (const [name, bit] of Object.entries(FLAG_BITS)) {
    if (line.flags?.split(',').includes(name)) bits += bit;
  }
  return bits;
}

/** @param {number} moment */
function dayOf(moment) {
  return Number(new Date(moment).toISOString().slice(0, 10).replace(/-/g, ''));
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

/** @param {import('knex').Knex} knex */
async function createFormerTables(knex) {
  const ledger = require('./20261122110000_ledger.js');
  // the quarantine is made with the tables beside it: what is in it stays
  await knex.schema.alterTable('usage_quarantine', table =>
    table.dropIndex(['received_at'], 'usage_quarantine_by_time'),
  );
  await knex.schema.renameTable('usage_quarantine', 'kept_quarantine');
  await ledger.up(knex);
  await knex.raw(`INSERT INTO usage_quarantine (replica_id, reason, record, received_at)
    SELECT replica_id, reason, record, received_at FROM kept_quarantine`);
  await knex.schema.dropTable('kept_quarantine');
  await require('./20261123100100_avoided_cost.js').up(knex);
}

/** @param {Record<string, any>} entry */
function toFormerLine(entry) {
  return {
    request_id: entry.request_id,
    attempt: entry.attempt,
    line_no: entry.line_no,
    revision: entry.revision,
    occurred_at: entry.occurred_at,
    key_id: entry.key_id,
    application_ref: entry.application_ref,
    department_ref: entry.department_ref,
    cost_centre: entry.cost_centre,
    model: entry.model,
    requested_model: entry.requested_model,
    served_because: entry.served_because,
    target_id: entry.target_id,
    token_class: entry.charge_class,
    tokens: entry.quantity,
    price_version_id: entry.price_version_id,
    cost_pico: entry.cost_pico,
    avoided_pico: entry.avoided_pico,
    source: entry.source,
    estimated: (entry.flags & ESTIMATED) === ESTIMATED,
    flags:
      Object.entries(FLAG_BITS)
        .filter(([, bit]) => entry.flags & bit)
        .map(([name]) => name)
        .join(',') || null,
    lease_id: null,
    replica_id: entry.replica_id,
    booked_at: entry.booked_at,
  };
}

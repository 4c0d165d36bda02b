import { Knex } from 'knex';
import {
  applyMigrations,
  MIGRATIONS_DIRECTORY,
} from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const MIGRATIONS = [
  '20261123100100_avoided_cost.js',
  '20261122110100_budgets.js',
  '20261122110000_ledger.js',
];
const SUMS = {
  bucket: 0,
  department_ref: 'group:default/research',
  application_ref: 'component:default/lab',
  key_id: 'AbCdEfGhIjKl',
  model: 'mini',
  source: 'live',
  requests: 1,
  input_tokens: 1,
  cached_input_tokens: 0,
  output_tokens: 0,
  estimated_pico: 0,
};
const LINE = {
  request_id: 'request-1',
  attempt: 1,
  line_no: 0,
  occurred_at: 0,
  key_id: 'AbCdEfGhIjKl',
  application_ref: 'component:default/lab',
  department_ref: 'group:default/research',
  model: 'mini',
  target_id: 'mini/openai',
  token_class: 'input',
  tokens: 1,
  price_version_id: 'v1',
  cost_pico: 1,
  source: 'live',
  estimated: false,
  booked_at: 0,
};

describe.each(databases.eachSupportedId())('ledger migrations, %p', id => {
  let database: Knex;
  beforeEach(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });

  it('go down with rows in their tables, and up again', async () => {
    await database('usage_hourly').insert({ ...SUMS, cost_pico: 1 });
    await database('budgets').insert({
      department_ref: 'group:default/research',
      epoch: 1,
      updated_by: 'user:default/priya',
      updated_at: 0,
    });
    for (const name of MIGRATIONS) {
      await database.migrate.down({ directory: MIGRATIONS_DIRECTORY, name });
    }
    await expect(database.schema.hasTable('usage_hourly')).resolves.toBe(false);
    await expect(database.schema.hasTable('budgets')).resolves.toBe(false);
    await applyMigrations(database);
    await expect(database('usage_hourly').select()).resolves.toEqual([]);
  });

  it('give lines and sums of before a saving of nothing, and take it away again', async () => {
    const [name] = MIGRATIONS;
    await database.migrate.down({ directory: MIGRATIONS_DIRECTORY, name });
    await database('usage_daily').insert({ ...SUMS, cost_pico: 1 });
    await database('ledger_lines').insert(LINE);
    await applyMigrations(database);
    const saved = database.raw('cast(avoided_pico as text) as saved');
    await expect(database('usage_daily').select(saved)).resolves.toEqual([
      { saved: '0' },
    ]);
    await expect(
      database('ledger_lines').select(
        'served_because',
        'requested_model',
        saved,
      ),
    ).resolves.toEqual([
      { served_because: 'requested', requested_model: null, saved: '0' },
    ]);

    await database.migrate.down({ directory: MIGRATIONS_DIRECTORY, name });
    const [line] = await database('ledger_lines').select();
    expect(line).toMatchObject({ request_id: 'request-1' });
    expect(line).not.toHaveProperty('avoided_pico');
    await applyMigrations(database);
  });

  it('make sums that are exact or refused, never rounded', async () => {
    const largest = (2n ** 63n - 1n).toString();
    const insert = database('usage_daily').insert({
      ...SUMS,
      cost_pico: largest,
    });
    await insert;
    const add = database('usage_daily').update({
      cost_pico: database.raw('cost_pico + 1'),
    });
    const outcome = await add.then(
      () => 'exact',
      () => 'refused',
    );
    const [{ cost }] = await database('usage_daily').select(
      database.raw('cast(cost_pico as text) as cost'),
    );
    expect([outcome, cost]).toEqual(
      id === 'SQLITE_3'
        ? ['refused', largest]
        : ['exact', (2n ** 63n).toString()],
    );
  });
});

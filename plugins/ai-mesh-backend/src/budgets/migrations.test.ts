import { Knex } from 'knex';
import {
  applyMigrations,
  MIGRATIONS_DIRECTORY,
} from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import {
  BUDGET_KEYS,
  COMPANY,
  CUSTOMER_CARE,
} from '../__testUtils__/organisation';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const NAME = '20261124110000_budget_nodes.js';
const ODD = '9007199254740993';
const KEY = `key:${BUDGET_KEYS[0].id}`;

describe.each(databases.eachSupportedId())('budget migrations, %p', id => {
  let database: Knex;
  beforeEach(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    await goBackBefore(NAME);
  });

  /** Back to just before a migration: later ones first. */
  async function goBackBefore(name: string) {
    for (;;) {
      const [done] = await database.migrate.list({
        directory: MIGRATIONS_DIRECTORY,
      });
      const last: string = done[done.length - 1].name;
      await database.migrate.down({
        directory: MIGRATIONS_DIRECTORY,
        name: last,
      });
      if (last === name) return;
    }
  }

  async function fill() {
    await database('budgets').insert({
      department_ref: CUSTOMER_CARE,
      limit_pico: ODD,
      epoch: 3,
      updated_by: 'user:default/priya',
      updated_at: 7,
    });
    await database('budget_balances').insert({
      department_ref: CUSTOMER_CARE,
      period: '2026-11',
      settled_pico: ODD,
      leased_pico: '5',
    });
    await database('budget_leases').insert({
      id: 'lease-1',
      replica_id: 'replica-1',
      department_ref: CUSTOMER_CARE,
      period: '2026-11',
      path: JSON.stringify([CUSTOMER_CARE, COMPANY]),
      granted_pico: '5',
      booked_pico: '0',
      kept_pico: '0',
      state: 'open',
      granted_at: 0,
      expires_at: 1,
    });
  }

  const text = (name: string) =>
    database.raw('cast(?? as text) as ??', [name, name]);

  it('carry budgets, balances and leases of departments over, and back, to the last digit', async () => {
    await fill();
    await applyMigrations(database);
    await expect(
      database('budget_nodes').select(
        'id',
        'level',
        'ref',
        'model',
        'kind',
        'carry_over',
        'epoch',
        text('limit_pico'),
      ),
    ).resolves.toEqual([
      {
        id: CUSTOMER_CARE,
        level: 'department',
        ref: CUSTOMER_CARE,
        model: null,
        kind: 'hard',
        carry_over: 'none',
        epoch: 3,
        limit_pico: ODD,
      },
    ]);
    await expect(
      database('budget_balances').select('node_id', text('settled_pico')),
    ).resolves.toEqual([{ node_id: CUSTOMER_CARE, settled_pico: ODD }]);

    // what the former tables have no place for ends on the way back
    await database('budget_nodes').insert({
      id: KEY,
      level: 'key',
      ref: BUDGET_KEYS[0].id,
      limit_pico: 1,
      kind: 'hard',
      carry_over: 'none',
      epoch: 1,
      updated_by: 'x',
      updated_at: 0,
    });
    await database('budget_balances').insert({
      node_id: KEY,
      period: '2026-11',
      settled_pico: 1,
      leased_pico: 1,
    });
    await database('budget_leases').update({
      path: JSON.stringify([KEY, CUSTOMER_CARE, COMPANY]),
    });
    await database('budget_topups').insert({
      id: 'top-up-1',
      node_id: KEY,
      amount_pico: 1,
      reason: 'x',
      starts_at: 0,
      ends_at: 1,
      state: 'requested',
      requested_by: 'x',
      requested_at: 0,
    });
    await goBackBefore(NAME);
    await expect(
      database('budgets').select(
        'department_ref',
        'epoch',
        'updated_by',
        text('limit_pico'),
      ),
    ).resolves.toEqual([
      {
        department_ref: CUSTOMER_CARE,
        epoch: 3,
        updated_by: 'user:default/priya',
        limit_pico: ODD,
      },
    ]);
    await expect(
      database('budget_balances').select('department_ref', text('leased_pico')),
    ).resolves.toEqual([{ department_ref: CUSTOMER_CARE, leased_pico: '5' }]);
    await expect(database('budget_leases').pluck('path')).resolves.toEqual([
      JSON.stringify([CUSTOMER_CARE, COMPANY]),
    ]);
    await applyMigrations(database);
    await expect(database('budget_nodes').pluck('id')).resolves.toEqual([
      CUSTOMER_CARE,
    ]);
  });

  it('make sums that are exact or refused, never rounded', async () => {
    await fill();
    await applyMigrations(database);
    const largest = (2n ** 63n - 1n).toString();
    for (const name of ['settled_pico', 'carried_pico', 'projected_pico']) {
      await database('budget_balances').update({ [name]: largest });
      const outcome = await database('budget_balances')
        .update({ [name]: database.raw('?? + 1', [name]) })
        .then(
          () => 'exact',
          () => 'refused',
        );
      const [row] = await database('budget_balances').select(text(name));
      expect([name, outcome, row[name]]).toEqual(
        id === 'SQLITE_3'
          ? [name, 'refused', largest]
          : [name, 'exact', (2n ** 63n).toString()],
      );
    }
  });
});

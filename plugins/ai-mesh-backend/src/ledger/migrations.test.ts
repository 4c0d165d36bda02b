import { Knex } from 'knex';
import {
  applyMigrations,
  MIGRATIONS_DIRECTORY,
} from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine } from '../__testUtils__/usage';
import { DatabaseLedgerStore } from './DatabaseLedgerStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const DIMENSIONS = '20261124090000_ledger_dimensions.js';
const OCCURRED_AT = Date.parse('2026-11-22T12:30:00Z');
const NOW = () => new Date('2026-11-30T12:00:00Z');

/** As lines were before they had dimensions. */
const FORMER_LINE = {
  request_id: 'request-1',
  attempt: 1,
  line_no: 0,
  occurred_at: OCCURRED_AT,
  key_id: 'AbCdEfGhIjKl',
  application_ref: 'component:default/lab',
  department_ref: 'group:default/research',
  model: 'mini',
  target_id: 'mini/openai',
  token_class: 'input',
  tokens: '9007199254740993',
  price_version_id: 'v1',
  cost_pico: '9007199254740993',
  avoided_pico: '5',
  source: 'live',
  estimated: true,
  flags: 'cost-mismatch,overrun',
  replica_id: 'replica-1',
  booked_at: OCCURRED_AT,
};

describe.each(databases.eachSupportedId())('ledger migrations, %p', id => {
  let database: Knex;
  beforeEach(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
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

  it('carry lines over to dimensions, and back, to the last digit', async () => {
    await goBackBefore(DIMENSIONS);
    await database('price_versions').insert({
      id: 'v1',
      price_key: 'openai/mini',
      valid_from: '2026-11-01T00:00:00Z',
      recorded_at: '2026-11-01T00:00:00Z',
      source: 'test',
    });
    await database('ledger_lines').insert([
      FORMER_LINE,
      { ...FORMER_LINE, line_no: 1, flags: null, estimated: false },
    ]);
    await database('usage_quarantine').insert({
      replica_id: 'replica-1',
      reason: 'odd',
      record: '{}',
      received_at: 1,
    });
    await applyMigrations(database);
    const columns = ['quantity', 'cost_pico', 'avoided_pico'].map(name =>
      database.raw('cast(?? as text) as ??', [name, name]),
    );
    await expect(
      database('ledger_entries')
        .orderBy('line_no')
        .select(
          'line_no',
          'occurred_on',
          'posted_on',
          'flags',
          'provider',
          'debit_kind',
          'debit_owner',
          'credit_kind',
          'credit_owner',
          'replica_id',
          ...columns,
        ),
    ).resolves.toEqual(
      [11, 0].map((flags, lineNo) => ({
        line_no: lineNo,
        occurred_on: 20261122,
        posted_on: 20261122,
        flags,
        provider: 'openai',
        debit_kind: 'expense',
        debit_owner: 'group:default/research',
        credit_kind: 'payable',
        credit_owner: 'openai',
        replica_id: 'replica-1',
        quantity: '9007199254740993',
        cost_pico: '9007199254740993',
        avoided_pico: '5',
      })),
    );
    for (const rollup of ['rollup_hourly', 'rollup_daily']) {
      await expect(
        database(rollup).select(
          'requests',
          database.raw('cast(cost_pico as text) as cost'),
          database.raw('cast(estimated_pico as text) as estimated'),
        ),
      ).resolves.toEqual([
        {
          requests: id === 'SQLITE_3' ? 1 : '1',
          cost: '18014398509481986',
          estimated: '9007199254740993',
        },
      ]);
    }

    await goBackBefore(DIMENSIONS);
    const lines = await database('ledger_lines')
      .orderBy('line_no')
      .select(
        'flags',
        'estimated',
        database.raw('cast(tokens as text) as tokens'),
      );
    expect(lines).toEqual([
      expect.objectContaining({
        flags: 'cost-mismatch,overrun',
        tokens: '9007199254740993',
      }),
      expect.objectContaining({ flags: null }),
    ]);
    await expect(
      database('usage_daily').select(
        database.raw('cast(input_tokens as text) as tokens'),
      ),
    ).resolves.toEqual([{ tokens: '18014398509481986' }]);
    await expect(database('usage_quarantine').pluck('reason')).resolves.toEqual(
      ['odd'],
    );
    await applyMigrations(database);
    await expect(database('ledger_entries').select()).resolves.toHaveLength(2);
  });

  it('know a line of before when it comes again', async () => {
    await goBackBefore(DIMENSIONS);
    await database('ledger_lines').insert(FORMER_LINE);
    await applyMigrations(database);
    const store = new DatabaseLedgerStore({ database, now: NOW });
    const again = ledgerLine({ occurredAt: new Date(OCCURRED_AT) });
    await expect(store.book([again])).resolves.toEqual([]);
    await expect(store.book([{ ...again, lineNo: 1 }])).resolves.toHaveLength(
      1,
    );
  });

  it('make sums that are exact or refused, never rounded', async () => {
    const largest = (2n ** 63n - 1n).toString();
    await database('rollup_daily').insert({
      bucket: 0,
      dimension_id: 1,
      requests: 1,
      quantity: 1,
      cost_pico: largest,
      estimated_pico: 0,
      avoided_pico: 0,
    });
    const add = database('rollup_daily').update({
      cost_pico: database.raw('cost_pico + 1'),
    });
    const outcome = await add.then(
      () => 'exact',
      () => 'refused',
    );
    const [{ cost }] = await database('rollup_daily').select(
      database.raw('cast(cost_pico as text) as cost'),
    );
    expect([outcome, cost]).toEqual(
      id === 'SQLITE_3'
        ? ['refused', largest]
        : ['exact', (2n ** 63n).toString()],
    );
  });
});

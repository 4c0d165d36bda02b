import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine } from '../__testUtils__/usage';
import { applyMigrations } from '../database/applyMigrations';
import { DatabaseLedgerStore } from './DatabaseLedgerStore';
import { LinePartitions } from './LinePartitions';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('LinePartitions, %p', id => {
  let database: Knex;
  let store: DatabaseLedgerStore;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    store = new DatabaseLedgerStore({
      database,
      now: () => new Date('2026-11-22T12:00:00Z'),
    });
  });

  const bookAt = (...moments: string[]) =>
    store.book(
      moments.map((moment, index) =>
        ledgerLine({
          requestId: `request-${index}`,
          occurredAt: new Date(moment),
        }),
      ),
    );
  const occurred = () =>
    database('ledger_lines').orderBy('occurred_on').pluck('occurred_on');

  it('holds lines of any day, and finds their twins again', async () => {
    const moments = [
      '2026-10-31T23:00:00Z',
      '2026-11-01T00:00:00Z',
      '2026-11-23T00:00:00Z',
      '1999-01-01T00:00:00Z',
    ];
    await bookAt(...moments);
    await expect(bookAt(...moments)).resolves.toEqual([]);
    await expect(occurred()).resolves.toEqual([
      0, 20261031, 20261101, 20261123,
    ]);
  });

  it('makes the partitions of a day once, whoever comes first', async () => {
    const replicas = Array.from(
      { length: 5 },
      () => new LinePartitions(database),
    );
    await Promise.all(replicas.map(each => each.ensure([20260914, 20260915])));
    await bookAt('2026-09-14T10:00:00Z', '2026-09-15T10:00:00Z');
    await expect(occurred()).resolves.toEqual([20260914, 20260915]);
  });

  it('drops what is no longer to be kept, and leaves the sums', async () => {
    await bookAt(
      '2026-08-30T10:00:00Z',
      '2026-10-02T10:00:00Z',
      '2026-11-02T10:00:00Z',
      '1999-01-01T00:00:00Z',
    );
    const partitions = new LinePartitions(database);
    await expect(partitions.dropBefore(20261101)).resolves.not.toEqual([]);
    await expect(occurred()).resolves.toEqual([0, 20261102]);
    await expect(partitions.dropBefore(20261101)).resolves.toEqual([]);
    await expect(database('rollup_daily').select()).resolves.toHaveLength(4);
    await expect(bookAt('2026-11-02T10:00:00Z')).resolves.toHaveLength(1);
  });
});

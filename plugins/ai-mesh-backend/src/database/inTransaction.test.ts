import { Knex } from 'knex';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { inTransaction } from './inTransaction';

jest.setTimeout(60_000);

const databases = createTestDatabases();

function failure(code: string): Error {
  return Object.assign(new Error(`failed with ${code}`), { code });
}

describe.each(databases.eachSupportedId())('inTransaction, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await database.schema.createTable('notes', table => table.text('text'));
  });
  beforeEach(() => database('notes').delete());

  it.each(['40001', '40P01', 'SQLITE_BUSY'])(
    'starts again from nothing after %s',
    async code => {
      let attempts = 0;
      await inTransaction(database, async transaction => {
        await transaction('notes').insert({ text: 'once' });
        attempts += 1;
        if (attempts < 3) throw failure(code);
      });
      await expect(database('notes').select()).resolves.toEqual([
        { text: 'once' },
      ]);
    },
  );

  it('gives up after five attempts, and at once when it was no conflict', async () => {
    const conflict = jest.fn(() => Promise.reject(failure('40P01')));
    await expect(inTransaction(database, conflict)).rejects.toThrow('40P01');
    expect(conflict).toHaveBeenCalledTimes(5);
    const mistake = jest.fn(() => Promise.reject(failure('23505')));
    await expect(inTransaction(database, mistake)).rejects.toThrow('23505');
    expect(mistake).toHaveBeenCalledTimes(1);
  });
});

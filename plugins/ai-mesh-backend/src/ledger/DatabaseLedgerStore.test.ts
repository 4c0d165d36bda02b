import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine } from '../__testUtils__/usage';
import { describeLedgerStore } from '../__testUtils__/describeLedgerStore';
import { DatabaseLedgerStore } from './DatabaseLedgerStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();

// what the contract of stores does not know: how lines stand in the database
describe.each(databases.eachSupportedId())('ledger_dimensions, %p', id => {
  it('keep the lines of long prompts apart', async () => {
    const database = await databases.init(id);
    await applyMigrations(database);
    const store = new DatabaseLedgerStore({
      database,
      now: () => new Date('2026-11-30T12:00:00Z'),
    });
    const bands = [undefined, 200_000, 0, 1_000_000, 200_000];
    await store.book(
      bands.map((aboveInputTokens, lineNo) =>
        ledgerLine({ lineNo, aboveInputTokens }),
      ),
    );
    const entries = await database('ledger_entries')
      .orderBy('line_no')
      .pluck('above_input_tokens');
    expect(entries).toEqual([0, 200_000, 0, 1_000_000, 200_000]);
    const sums = await database('rollup_daily').select(
      database.raw('cast(quantity as integer) as quantity'),
    );
    expect(sums.map(({ quantity }) => quantity).sort()).toEqual([
      100, 200, 200,
    ]);
  });
});

describe.each(databases.eachSupportedId())('DatabaseLedgerStore, %p', id => {
  describeLedgerStore(async () => {
    const database = await databases.init(id);
    await applyMigrations(database);
    const now = () => new Date('2026-11-30T12:00:00Z');
    return { database, store: new DatabaseLedgerStore({ database, now }) };
  });
});

import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { describeLedgerStore } from '../__testUtils__/describeLedgerStore';
import { DatabaseLedgerStore } from './DatabaseLedgerStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('DatabaseLedgerStore, %p', id => {
  describeLedgerStore(async () => {
    const database = await databases.init(id);
    await applyMigrations(database);
    const now = () => new Date('2026-11-30T12:00:00Z');
    return { database, store: new DatabaseLedgerStore({ database, now }) };
  });
});

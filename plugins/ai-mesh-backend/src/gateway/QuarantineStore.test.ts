import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { applyMigrations } from '../database/applyMigrations';
import { DatabaseQuarantineStore } from './QuarantineStore';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const AT = new Date('2026-11-22T12:00:00Z');
const EVERYTHING = { offset: 0, limit: 200 };

describe.each(databases.eachSupportedId())('the quarantine, %p', id => {
  let database: Knex;
  let store: DatabaseQuarantineStore;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    store = new DatabaseQuarantineStore({ database });
  });
  beforeEach(() => clearBooks(database));

  const add = (record: unknown, receivedAt = AT, replicaId = 'replica-1') =>
    store.add([{ reason: 'broken', record }], { replicaId, receivedAt });

  it('keeps a record that comes again once, and counts it', async () => {
    const later = new Date(AT.getTime() + 1000);
    await add({ id: 1 });
    await add({ id: 1 }, later);
    await add({ id: 1 }, later, 'replica-2');
    await add({ id: 2 });
    const { items, total } = await store.list(EVERYTHING);
    expect(total).toBe(3);
    expect(items).toContainEqual(
      expect.objectContaining({
        record: '{"id":1}',
        times: 2,
        receivedAt: AT.toISOString(),
        lastReceivedAt: later.toISOString(),
        state: 'open',
      }),
    );
  });

  it('keeps a thousand different records of a sender a day, and counts the others by their reason', async () => {
    const flood = Array.from({ length: 1_500 }, (_, index) => ({
      reason: index % 2 ? 'odd' : 'even',
      record: { index },
    }));
    const options = { replicaId: 'replica-1', receivedAt: AT };
    await store.add(flood.slice(0, 1_200), options);
    await store.add(flood.slice(1_200), options);
    await add({ other: 'sender' }, AT, 'replica-2');
    const { total } = await store.list(EVERYTHING);
    expect(total).toBe(1_000 + 2 + 1);
    await expect(store.summary({})).resolves.toEqual({
      open: 1_501,
      dismissed: 0,
      booked: 0,
      reasons: [
        { reason: 'even', records: 750 },
        { reason: 'odd', records: 750 },
        { reason: 'broken', records: 1 },
      ],
    });
    const tomorrow = new Date(AT.getTime() + 86_400_000);
    await add({ index: 'tomorrow' }, tomorrow);
    expect((await store.list(EVERYTHING)).items[0]).toMatchObject({
      record: '{"index":"tomorrow"}',
      isCut: false,
    });
  });

  it('keeps the beginning of a long record, whole characters only', async () => {
    await add(`${'x'.repeat(16_382)}😀😀`);
    const { items } = await store.list(EVERYTHING);
    expect(items[0].isCut).toBe(true);
    expect(items[0].record).toHaveLength(16_383);
  });

  it.each([['nul \u0000'], ['half \ud800'], [undefined], [null], [7]])(
    'keeps %j',
    async record => {
      await add(record);
      expect((await store.list(EVERYTHING)).total).toBe(1);
    },
  );

  it('is decided about once', async () => {
    await add({ id: 1 });
    const [{ id: recordId }] = (await store.list(EVERYTHING)).items;
    const decision = { state: 'dismissed', by: 'user:default/priya' } as const;
    await expect(
      store.decide(recordId, { ...decision, at: AT, reason: 'a test' }),
    ).resolves.toBe(true);
    await expect(store.decide(recordId, { ...decision, at: AT })).resolves.toBe(
      false,
    );
    await expect(store.find(recordId)).resolves.toMatchObject({
      state: 'dismissed',
      decidedBy: 'user:default/priya',
      decision: 'a test',
    });
    const open = await store.list({ ...EVERYTHING, state: 'open' });
    expect(open.total).toBe(0);
  });
});

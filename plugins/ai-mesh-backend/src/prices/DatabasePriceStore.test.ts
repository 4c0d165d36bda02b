import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { isError } from '@backstage/errors';
import createKnex from 'knex';
import { priceOffer } from '../__testUtils__/prices';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceService } from './PriceService';

const folder = createMockDirectory();

/** A connection of its own, as another process has it; it gives way at once instead of after five seconds. */
function connect() {
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename: folder.resolve('mesh.sqlite') },
    useNullAsDefault: true,
    pool: {
      afterCreate(
        connection: { pragma: (text: string) => void },
        done: (error: unknown, connection: unknown) => void,
      ) {
        connection.pragma('busy_timeout = 0');
        done(undefined, connection);
      },
    },
  });
}

/** Two connections of one thread cannot wait for each other as two processes do; this one asks again instead. */
async function importPatiently(service: PriceService) {
  for (;;) {
    try {
      return await service.import([
        priceOffer('own/llama'),
        priceOffer('own/mistral'),
      ]);
    } catch (error) {
      if (!isError(error) || error.code !== 'SQLITE_BUSY') throw error;
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}

it('records an offer once when two processes on one SQLite file import at the same time', async () => {
  const connections = [connect(), connect()];
  await applyMigrations(connections[0]);
  const imports = connections.map(database =>
    importPatiently(
      new PriceService({
        store: new DatabasePriceStore(database),
        changes: new ChangeSignal(),
        logger: mockServices.logger.mock(),
        now: () => new Date('2026-11-22T10:00:00Z'),
      }),
    ),
  );
  const outcomes = (await Promise.all(imports)).map(changes =>
    changes.map(each => each.outcome).join(),
  );
  expect(outcomes.sort()).toEqual(['new,new', 'unchanged,unchanged']);
  for (const database of connections) {
    expect(await database('price_versions').select('id')).toHaveLength(2);
    await database.destroy();
  }
});

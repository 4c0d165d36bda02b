import { Knex } from 'knex';
import {
  applyMigrations,
  MIGRATIONS_DIRECTORY,
} from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { createGpuServices } from './__testUtils__/gpuDomain';
import { gpuAllocation, gpuRecord } from './__testUtils__/gpuRecords';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('GPU migration, %p', id => {
  it('goes down with rows in its tables, and up again', async () => {
    const database: Knex = await databases.init(id);
    await applyMigrations(database);
    const { intake } = createGpuServices({
      database,
      usdPerHour: { 'azure-vm/Standard_ND96isr_H100_v5': '80' },
    });
    const record = gpuRecord({ allocations: [gpuAllocation()] });
    const take = () => intake.take({ reporterId: 'fleet', records: [record] });
    await expect(take()).resolves.toMatchObject({ booked: 1 });
    const migration = {
      directory: MIGRATIONS_DIRECTORY,
      name: '20261124120000_gpu.js',
    };
    await database.migrate.down(migration);
    await expect(database.schema.hasTable('gpu_parts')).resolves.toBe(false);
    await applyMigrations(database);
    await expect(take()).resolves.toMatchObject({ booked: 1 });
  });
});

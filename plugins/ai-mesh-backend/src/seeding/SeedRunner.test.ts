import { mockServices } from '@backstage/backend-test-utils';
import {
  MeshSeed,
  MeshSeedContext,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { DatabaseSeedStore } from './DatabaseSeedStore';
import { SeedRunner } from './SeedRunner';

describe('SeedRunner', () => {
  const databases = createTestDatabases();

  async function setup() {
    const database = await databases.init('SQLITE_3');
    await applyMigrations(database);
    const logger = mockServices.logger.mock();
    const prepare = jest.fn(async () => {});
    const context: MeshSeedContext = {
      issueKey: jest.fn(),
      setBudget: jest.fn(),
      priceOf: jest.fn(),
      bookDemoUsage: jest.fn(),
      recordGpuUsage: jest.fn(),
    };
    const createRunner = (...seeds: MeshSeed[]) =>
      new SeedRunner({
        seeds,
        store: new DatabaseSeedStore(database),
        context,
        prepare,
        auditor: mockServices.auditor.mock({
          createEvent: async () => ({
            success: async () => {},
            fail: async () => {},
          }),
        }),
        logger,
        now: () => new Date('2026-11-22T10:00:00Z'),
      });
    return { createRunner, context, prepare, logger };
  }

  it('runs each seed once in the life of the database, in order', async () => {
    const { createRunner, context } = await setup();
    const order: string[] = [];
    const seeds = ['first', 'second'].map(id => ({
      id,
      run: async (given: MeshSeedContext) => {
        expect(given).toBe(context);
        order.push(id);
      },
    }));
    const runner = createRunner(...seeds);
    await runner.runPending();
    await runner.runPending();
    await createRunner(...seeds).runPending(); // after a restart
    expect(order).toEqual(['first', 'second']);
  });

  it('tries again until the catalog is there, and does not fill the log', async () => {
    const { createRunner, prepare, logger } = await setup();
    let attempts = 0;
    const second = jest.fn(async () => {});
    const runner = createRunner(
      {
        id: 'first',
        async run() {
          attempts += 1;
          if (attempts <= 100) throw new Error('there is no application yet');
        },
      },
      { id: 'second', run: second },
    );
    for (let run = 0; run < 100; run++) await runner.runPending();
    expect(second).not.toHaveBeenCalled();
    await runner.runPending();
    expect(second).toHaveBeenCalledTimes(1);
    expect(prepare).toHaveBeenCalledTimes(101);
    const lines = [...logger.info.mock.calls, ...logger.warn.mock.calls];
    expect(lines.length).toBeLessThan(12);
  });

  it('is not scheduled when there is nothing to do', async () => {
    const { createRunner } = await setup();
    const scheduler = mockServices.scheduler.mock();
    await createRunner().start(scheduler);
    expect(scheduler.scheduleTask).not.toHaveBeenCalled();
    await createRunner({ id: 'a', run: async () => {} }).start(scheduler);
    expect(scheduler.scheduleTask).toHaveBeenCalledWith(
      expect.objectContaining({ scope: 'global' }),
    );
  });
});

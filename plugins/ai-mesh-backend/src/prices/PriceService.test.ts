import { mockServices } from '@backstage/backend-test-utils';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceOffer } from './Price';
import { PriceService } from './PriceService';

function offer(input: string, source = 'list'): PriceOffer {
  return {
    priceKey: 'own/llama',
    rates: { input, output: '0.000001' },
    source,
  };
}

describe('PriceService', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('%p', databaseId => {
    const getDatabase = useMigratedDatabase(databases, databaseId);

    async function setup() {
      const database = getDatabase();
      const clock = { now: new Date('2026-11-22T10:00:00Z') };
      const changes = new ChangeSignal();
      const createService = () =>
        new PriceService({
          store: new DatabasePriceStore(database),
          changes,
          logger: mockServices.logger.mock(),
          now: () => clock.now,
        });
      return { database, clock, changes, createService };
    }

    it('opens a version when a rate changes, and keeps the old one for its time', async () => {
      const { clock, createService } = await setup();
      const service = createService();
      await service.import([offer('0.000002')]);
      const before = await service.current('own/llama');

      clock.now = new Date('2026-11-23T10:00:00Z');
      expect(await service.import([offer('0.000003')])).toBe(1);
      const after = await service.current('own/llama');

      expect(before?.rates.input).toBe('0.000002');
      expect(after).toEqual({
        ...offer('0.000003'),
        priceVersionId: expect.any(String),
      });
      expect(after?.priceVersionId).not.toBe(before?.priceVersionId);
      expect(
        await service.current('own/llama', new Date('2026-11-22T12:00:00Z')),
      ).toEqual(before);
      const ids = [before, after].map(each => each?.priceVersionId ?? '');
      const rates = await service.ratesOf([...ids, 'unknown']);
      expect(ids.map(each => rates.get(each)?.input)).toEqual([
        '0.000002',
        '0.000003',
      ]);
      expect(rates.size).toBe(2);
    });

    it('writes nothing when nothing changed, whatever the list is called', async () => {
      const { database, clock, createService } = await setup();
      await createService().import([offer('0.000002', 'list 1')]);
      clock.now = new Date('2026-11-23T10:00:00Z');
      const opened = await createService().import([
        offer('0.000009'),
        offer('0.000002', 'list 2'), // the later offer of two holds
      ]);
      expect(opened).toBe(0);
      expect(await database('price_versions').select('source')).toEqual([
        { source: 'list 1' },
      ]);
    });

    it('keeps one open version when replicas import at the same time', async () => {
      const { database, changes, createService } = await setup();
      const woken = changes.wait({ timeoutMs: 60_000 });
      const opened = await Promise.all(
        [1, 2, 3].map(() => createService().import([offer('0.000002')])),
      );
      expect(opened.reduce((sum, each) => sum + each)).toBe(1);
      expect(await database('price_rates').select()).toHaveLength(2);
      await woken;
    });

    it('knows no price where there is none', async () => {
      const { createService } = await setup();
      expect(await createService().current('own/llama')).toBeUndefined();
    });
  });
});

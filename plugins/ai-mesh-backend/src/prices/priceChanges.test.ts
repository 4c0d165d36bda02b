import { mockServices } from '@backstage/backend-test-utils';
import { priceOffer } from '../__testUtils__/prices';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceOffer } from './Price';
import { BackDatedChange } from './PriceChangeListener';
import { PriceService } from './PriceService';

jest.setTimeout(60_000);

const LLAMA = {
  priceKey: 'own/llama',
  region: '',
  serviceTier: 'standard',
} as const;

function offer(input: string, more: Partial<PriceOffer> = {}): PriceOffer {
  return priceOffer('own/llama', {
    rates: { input, output: '0.000001' },
    ...more,
  });
}

describe('PriceService', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('%p', databaseId => {
    const getDatabase = useMigratedDatabase(databases, databaseId);

    function setup() {
      const database = getDatabase();
      const clock = { now: new Date('2026-11-22T10:00:00Z') };
      const at = (text: string) => {
        clock.now = new Date(text);
      };
      const logger = mockServices.logger.mock();
      const createService = () =>
        new PriceService({
          store: new DatabasePriceStore(database),
          changes: new ChangeSignal(),
          logger,
          now: () => clock.now,
        });
      return { database, at, logger, createService };
    }

    describe('what changes too much', () => {
      it('waits once, however often the source says it, and the old price holds', async () => {
        const { database, logger, createService } = setup();
        const service = createService();
        await service.import([offer('0.000002')]);
        await service.import([offer('0.000020')]);
        await createService().import([offer('0.000020')]);
        expect(await database('price_proposals').select()).toMatchObject([
          { state: 'waiting', changed_class: 'input', factor: '10' },
        ]);
        expect((await service.current('own/llama'))?.rates.input).toBe(
          '0.000002',
        );
        expect(logger.warn).toHaveBeenCalledTimes(1);
      });

      it('is superseded when the source says something else', async () => {
        const { database, createService } = setup();
        const service = createService();
        await service.import([offer('0.000002')]);
        await service.import([offer('0.000020')]);
        await service.import([offer('0.000030')]);
        await service.import([offer('0.000003')]);
        expect(
          await database('price_proposals').orderBy('factor').select('state'),
        ).toEqual([{ state: 'superseded' }, { state: 'superseded' }]);
        expect((await service.current('own/llama'))?.rates.input).toBe(
          '0.000003',
        );
      });
    });

    it('lets one time of a price wait while another one is taken', async () => {
      const { database, createService } = setup();
      const service = createService();
      const turn = '2026-12-01T00:00:00.000Z';
      const list = [
        offer('0.000002', { validTo: turn }),
        offer('0.000020', { validFrom: turn }),
      ];
      for (let reading = 0; reading < 3; reading++) await service.import(list);
      expect(await database('price_proposals').select('state')).toEqual([
        { state: 'waiting' },
      ]);
      // the price before goes on: none at all would mean no service
      expect(await service.history(LLAMA)).toHaveLength(2);
      const then = await service.current('own/llama', { at: new Date(turn) });
      expect(then?.rates.input).toBe('0.000002');
    });

    describe('what reaches back', () => {
      const PAST = { validFrom: '2026-11-20T00:00:00.000Z' };

      it('is told after it is committed, with what held before', async () => {
        const { database, at, createService } = setup();
        const service = createService();
        at('2026-11-19T10:00:00Z');
        await service.import([offer('0.000002')]);
        const [old] = await service.history(LLAMA);
        at('2026-11-22T10:00:00Z');
        const heard: BackDatedChange[] = [];
        service.addListener({
          async onBackDated(change) {
            const known = await database('price_versions').where({
              id: change.versionId,
            });
            expect(known).toHaveLength(1);
            heard.push(change);
          },
        });
        await service.import([offer('0.000003', PAST)]);
        const [version] = await service.history(LLAMA);
        expect(heard).toEqual([
          {
            ...LLAMA,
            id: expect.any(String),
            from: PAST.validFrom,
            to: '2026-11-22T10:00:00.000Z',
            versionId: version.id,
            replacedVersionId: old.id,
          },
        ]);
        await service.deliverRestatements();
        expect(heard).toHaveLength(1);
      });

      it('is told again when nobody could act on it, also by another replica', async () => {
        const { at, logger, createService } = setup();
        const service = createService();
        at('2026-11-19T10:00:00Z');
        await service.import([offer('0.000002')]);
        at('2026-11-22T10:00:00Z');
        service.addListener({
          async onBackDated() {
            throw new Error('the ledger is away');
          },
        });
        await service.import([offer('0.000003', PAST)]);
        expect(logger.error).toHaveBeenCalledWith(
          expect.stringContaining('the ledger is away'),
        );
        const other = createService();
        const heard: BackDatedChange[] = [];
        other.addListener({
          onBackDated: async change => {
            heard.push(change);
          },
        });
        await other.deliverRestatements();
        expect(heard).toHaveLength(1);
      });
    });
  });
});

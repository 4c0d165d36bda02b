import { mockServices } from '@backstage/backend-test-utils';
import fc from 'fast-check';
import { priceOffer } from '../__testUtils__/prices';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceOffer } from './Price';
import { parseDiscount, PriceContract } from './PriceContract';
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
      const changes = new ChangeSignal();
      const logger = mockServices.logger.mock();
      const createService = (contracts: PriceContract[] = []) =>
        new PriceService({
          store: new DatabasePriceStore(database),
          contracts,
          changes,
          logger,
          now: () => clock.now,
        });
      return { database, at, changes, logger, createService };
    }

    it('opens a version when a rate changes, and keeps the old one for its time', async () => {
      const { at, createService } = setup();
      const service = createService();
      await service.import([offer('0.000002')]);
      const before = await service.current('own/llama');

      at('2026-11-23T10:00:00Z');
      await service.import([offer('0.000003')]);
      const after = await service.current('own/llama');

      expect(before?.rates.input).toBe('0.000002');
      expect(after).toEqual({
        priceVersionId: expect.any(String),
        priceKey: 'own/llama',
        source: 'list',
        rates: { input: '0.000003', output: '0.000001' },
        longContext: [],
        serviceTiers: {},
      });
      expect(after?.priceVersionId).not.toBe(before?.priceVersionId);
      const earlier = new Date('2026-11-22T12:00:00Z');
      expect(await service.current('own/llama', { at: earlier })).toEqual(
        before,
      );
    });

    it('changes no row that stands, whatever comes later', async () => {
      const { database, at, createService } = setup();
      const service = createService([
        {
          id: 'EA',
          prefixes: ['own/'],
          priceKeys: [],
          discount: parseDiscount('10'),
          offers: [],
          validFrom: '2026-11-01T00:00:00.000Z',
        },
      ]);
      const rows = async () => ({
        versions: await database('price_versions').orderBy('sequence'),
        rates: await database('price_rates').orderBy([
          'price_version_id',
          'token_class',
          'above_input_tokens',
        ]),
      });
      await service.import([offer('0.000002')]);
      const before = await rows();
      at('2026-11-23T10:00:00Z');
      await service.import([
        offer('0.000003'),
        offer('0.000004', {
          validFrom: '2026-11-01T00:00:00.000Z',
          validTo: '2026-11-10T00:00:00.000Z',
        }),
      ]);
      const after = await rows();
      expect(after.versions.slice(0, before.versions.length)).toEqual(
        before.versions,
      );
      expect(after.rates).toEqual(expect.arrayContaining(before.rates));
      expect(after.versions.length).toBe(before.versions.length + 4);
    });

    it('knows what held, and what was known then', async () => {
      const { at, createService } = setup();
      const service = createService();
      await service.import([offer('0.000002')]);
      at('2026-11-25T10:00:00Z');
      await service.import([
        offer('0.000003', { validFrom: '2026-11-23T00:00:00.000Z' }),
      ]);
      const inputAt = async (moment: string, asOf?: string) =>
        (
          await service.current('own/llama', {
            at: new Date(moment),
            ...(asOf !== undefined && { asOf: new Date(asOf) }),
          })
        )?.rates.input;
      expect(await inputAt('2026-11-22T12:00:00Z')).toBe('0.000002');
      expect(await inputAt('2026-11-24T00:00:00Z')).toBe('0.000003');
      expect(
        await inputAt('2026-11-24T00:00:00Z', '2026-11-24T00:00:00Z'),
      ).toBe('0.000002');
      expect(
        await inputAt('2026-11-24T00:00:00Z', '2026-11-22T00:00:00Z'),
      ).toBeUndefined();
    });

    it('pins everything of a version', async () => {
      const { createService } = setup();
      const service = createService([
        {
          id: 'EA',
          prefixes: ['own/'],
          priceKeys: [],
          discount: parseDiscount('50'),
          offers: [],
          validFrom: '2026-11-01T00:00:00.000Z',
        },
      ]);
      const longContext = [
        {
          aboveInputTokens: 200_000,
          rates: { input: '0.000004', output: '0.000002' },
        },
      ];
      await service.import([
        offer('0.000002', { region: 'eu', serviceTier: 'batch', longContext }),
      ]);
      const [list, contract] = (
        await service.history({ ...LLAMA, region: 'eu', serviceTier: 'batch' })
      ).reverse();
      const pinned = await service.versionsOf([
        list.id,
        contract.id,
        'unknown',
      ]);
      expect(pinned.get(list.id)).toEqual({
        priceKey: 'own/llama',
        provider: 'own',
        region: 'eu',
        serviceTier: 'batch',
        rates: { input: '0.000002', output: '0.000001' },
        longContext,
      });
      expect(pinned.get(contract.id)).toMatchObject({
        rates: { input: '0.000001', output: '0.0000005' },
        longContext: [{ rates: { input: '0.000002' } }],
        contractId: 'EA',
        listVersionId: list.id,
      });
      expect(pinned.size).toBe(2);
    });

    it('finds the price of a place and of every tier of service', async () => {
      const { createService } = setup();
      const service = createService();
      await service.import([
        offer('0.000002'),
        offer('0.000003', { region: 'eu' }),
        offer('0.000001', { serviceTier: 'batch' }),
      ]);
      const inputs = async (region?: string) => {
        const price = await service.current('own/llama', { region });
        return [price?.rates.input, price?.serviceTiers.batch?.rates.input];
      };
      expect(await inputs()).toEqual(['0.000002', '0.000001']);
      expect(await inputs('eu')).toEqual(['0.000003', '0.000001']);
      expect(await inputs('us')).toEqual(['0.000002', '0.000001']);
    });

    it('has no price of calls for a machine', async () => {
      const { createService } = setup();
      const service = createService();
      await service.import([
        priceOffer('azure-vm/size', { rates: { 'machine-time': '3.673' } }),
      ]);
      expect(await service.current('azure-vm/size')).toBeUndefined();
      expect(await service.inForce()).toHaveLength(1);
    });

    it('writes nothing when nothing changed, whatever the list is called', async () => {
      const { database, at, createService } = setup();
      await createService().import([offer('0.000002', { source: 'list 1' })]);
      at('2026-11-23T10:00:00Z');
      await createService().import([
        offer('0.000009'),
        offer('0.000002', { source: 'list 2' }), // the later offer of two holds
      ]);
      expect(await database('price_versions').select('source')).toEqual([
        { source: 'list 1' },
      ]);
    });

    it('records an offer once when replicas import at the same time', async () => {
      const { database, changes, createService } = setup();
      const woken = changes.wait({ timeoutMs: 60_000 });
      const contract: PriceContract = {
        id: 'EA',
        prefixes: ['own/'],
        priceKeys: [],
        discount: parseDiscount('10'),
        offers: [],
        validFrom: '2026-11-01T00:00:00.000Z',
      };
      const results = await Promise.all(
        [1, 2, 3, 4].map(() =>
          createService([contract]).import([
            offer('0.000002'),
            offer('0.000001', { serviceTier: 'batch' }),
          ]),
        ),
      );
      expect(results.flat().filter(each => each.version)).toHaveLength(2);
      const rows = await database('price_versions').select('sequence');
      expect(rows).toHaveLength(4); // two, and what the contract makes of them
      expect(new Set(rows.map(each => String(each.sequence))).size).toBe(4);
      expect(await database('price_rates').select()).toHaveLength(8);
      await woken;
    });

    it('records an offer once also when the clocks of replicas differ', async () => {
      const { at, createService } = setup();
      await createService().import([offer('0.000002')]);
      at('2026-11-22T09:59:50Z');
      const late = createService();
      expect(await late.import([offer('0.000002')])).toMatchObject([
        { outcome: 'unchanged' },
      ]);
      await late.import([offer('0.000003')]);
      at('2026-11-22T10:00:00Z');
      const price = await createService().current('own/llama');
      expect(price?.rates.input).toBe('0.000003');
    });

    it('always answers the same to what was known then, whatever is recorded later', async () => {
      const { at, createService } = setup();
      const service = createService();
      const hour = (n: number) =>
        new Date(Date.UTC(2026, 10, 20, n)).toISOString();
      const period = fc.record(
        {
          from: fc.integer({ min: 0, max: 9 }),
          length: fc.integer({ min: 1, max: 5 }),
          rate: fc.integer({ min: 100, max: 199 }),
        },
        { requiredKeys: ['rate'] },
      );
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(period, { minLength: 1, maxLength: 6 }),
          async periods => {
            const priceKey = `own/${(runs += 1)}`;
            const ask = async (asOf: string) => {
              const answers = [];
              for (const n of [0, 3, 6, 9, 12]) {
                const price = await service.current(priceKey, {
                  at: new Date(hour(n)),
                  asOf: new Date(asOf),
                });
                answers.push(price?.priceVersionId);
              }
              return answers;
            };
            const seen: [string, (string | undefined)[]][] = [];
            for (const [step, { from, length, rate }] of periods.entries()) {
              const now = hour(10 + step);
              at(now);
              const hasEnd = from !== undefined && length !== undefined;
              await service.import([
                offer(`0.000000${rate}`, {
                  priceKey,
                  ...(from !== undefined && { validFrom: hour(from) }),
                  ...(hasEnd && { validTo: hour(from + length) }),
                }),
              ]);
              seen.push([now, await ask(now)]);
            }
            for (const [asOf, answers] of seen) {
              expect(await ask(asOf)).toEqual(answers);
            }
          },
        ),
        { numRuns: 8 },
      );
    });

    it('never is without a price while one ends and the next one begins', async () => {
      const { at, createService } = setup();
      const service = createService();
      await service.import([offer('0.000002')]);
      await service.import([
        offer('0.000003', {
          validFrom: '2026-11-22T10:00:00.000Z',
          validTo: '2026-11-22T10:00:05.000Z',
        }),
      ]);
      const inputs = [];
      for (const second of ['00', '04', '07', '10']) {
        at(`2026-11-22T10:00:${second}Z`);
        inputs.push((await service.current('own/llama'))?.rates.input);
      }
      // up to ten seconds old, and never missing
      expect(inputs).toEqual(['0.000003', '0.000003', '0.000003', '0.000002']);
    });

    it('knows no price where there is none', async () => {
      const { createService } = setup();
      expect(await createService().current('own/llama')).toBeUndefined();
    });

    it('shows what an import would do, and does nothing', async () => {
      const { database, createService } = setup();
      const service = createService();
      await service.import([offer('0.000002')]);
      const planned = await service.preview([offer('0.000020')]);
      expect(planned).toMatchObject([{ outcome: 'waiting' }]);
      expect(await database('price_proposals').select()).toEqual([]);
      expect(await database('price_versions').select()).toHaveLength(1);
    });
  });
});

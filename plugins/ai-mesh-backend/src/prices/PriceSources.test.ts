import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { PriceOffer as OfferedPrice } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { priceOffer } from '../__testUtils__/prices';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { ChangeSignal } from '../changes/ChangeSignal';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceOffer } from './Price';
import { PriceContract } from './PriceContract';
import { PriceService } from './PriceService';
import { PriceSources } from './PriceSources';

jest.setTimeout(60_000);

const LLAMA = {
  priceKey: 'own/llama',
  region: '',
  serviceTier: 'standard',
} as const;
const LIST = 'openai/gpt-4o-mini'; // in the bundled table
const configured = (input: string, priceKey: string = LIST): PriceOffer =>
  priceOffer(priceKey, {
    rates: { input },
    sourceId: 'configuration',
    source: 'configuration',
  });

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('PriceSources, %p', databaseId => {
  const getDatabase = useMigratedDatabase(databases, databaseId);
  const folder = createMockDirectory();

  function setup(
    options: {
      configured?: PriceOffer[];
      contracts?: PriceContract[];
      files?: string[];
      offers?: OfferedPrice[];
    } = {},
  ) {
    const logger = mockServices.logger.mock();
    const now = () => new Date('2026-11-22T10:00:00Z');
    const { contracts = [] } = options;
    const prices = new PriceService({
      store: new DatabasePriceStore(getDatabase()),
      contracts,
      changes: new ChangeSignal(),
      logger,
      now,
    });
    const module = {
      id: 'azure-retail',
      read: async () => options.offers ?? [],
    };
    const sources = new PriceSources({
      prices,
      configured: options.configured ?? [],
      contracts,
      files: options.files ?? [],
      modules: options.offers ? [module] : [],
      logger,
      now,
    });
    const inputOf = async (key: string) =>
      (await prices.current(key))?.rates.input;
    return { sources, module, prices, logger, inputOf };
  }

  it('reads the bundled table, and the configuration before it', async () => {
    const { sources, inputOf } = setup({
      configured: [configured('0.0000002')],
    });
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.0000002');
    expect(await inputOf('openai/gpt-4o')).toBe('0.0000025');
  });

  it('goes back to the table when the configuration says nothing any more', async () => {
    const first = setup({ configured: [configured('0.0000002')] });
    await first.sources.readOwn();
    const second = setup();
    await second.sources.readOwn();
    expect(await second.inputOf(LIST)).toBe('0.00000015');
  });

  it('keeps what a person uploaded, whatever the table says', async () => {
    const { sources, prices, inputOf } = setup();
    await sources.readOwn();
    await prices.import([
      priceOffer(LIST, { rates: { input: '0.0000003' }, sourceId: 'upload' }),
    ]);
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.0000003');
  });

  it('reads files, and goes back to the table when a file says no more', async () => {
    const path = folder.resolve('list.csv');
    const header = 'price_key,class,usd,per';
    folder.setContent({ 'list.csv': `${header}\n${LIST},input,0.2,1M\n` });
    const { sources, inputOf } = setup({ files: [path] });
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.0000002');
    folder.setContent({ 'list.csv': `${header}\nown/llama,input,1,1M\n` });
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.00000015');
    expect(await inputOf('own/llama')).toBe('0.000001');
  });

  it('keeps the prices of a file that turned wrong or away', async () => {
    const path = folder.resolve('list.csv');
    const header = 'price_key,class,usd,per';
    folder.setContent({ 'list.csv': `${header}\n${LIST},input,0.2,1M\n` });
    const { sources, inputOf, logger } = setup({ files: [path] });
    await sources.readOwn();
    folder.setContent({ 'list.csv': `${header}\n${LIST},input,0.3,1\n` });
    await sources.readOwn();
    folder.setContent({});
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.0000002');
    expect(logger.error).toHaveBeenCalledTimes(2);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('line 2, usd'),
    );
  });

  it('keeps the prices of a file that a process could never read', async () => {
    const path = folder.resolve('list.csv');
    folder.setContent({
      'list.csv': `price_key,class,usd,per\n${LIST},input,0.2,1M\n`,
    });
    await setup({ files: [path] }).sources.readOwn();
    folder.setContent({});
    const later = setup({ files: [path] });
    await later.sources.readOwn();
    expect(await later.inputOf(LIST)).toBe('0.0000002');
  });

  it('writes contracts into the book, with rates of their own too', async () => {
    const contract = {
      id: 'EA',
      prefixes: [],
      priceKeys: [],
      validFrom: '2026-11-01T00:00:00.000Z',
      offers: [
        priceOffer('own/llama', {
          rates: { input: '0.000001' },
          sourceId: 'contract',
          contractId: 'EA',
          validFrom: '2026-11-01T00:00:00.000Z',
        }),
      ],
    };
    const { sources, prices, inputOf } = setup({
      configured: [configured('0.000002', 'own/llama')],
      contracts: [contract],
    });
    await sources.readOwn();
    await sources.readOwn();
    expect(await inputOf('own/llama')).toBe('0.000001');
    expect(await prices.history(LLAMA)).toHaveLength(2);
    const gone = setup({ configured: [configured('0.000002', 'own/llama')] });
    await gone.sources.readOwn();
    expect(await gone.inputOf('own/llama')).toBe('0.000002');
  });

  it('takes a module’s prices before the table, without those that are wrong', async () => {
    const offers: OfferedPrice[] = [
      { priceKey: LIST, rates: { input: '0.0000002' }, source: 'Azure' },
      { priceKey: 'nonsense', rates: { input: '1' }, source: 'Azure' },
      { priceKey: 'own/llama', rates: { input: '2.5' }, source: 'Azure' },
    ];
    const { sources, module, inputOf, logger } = setup({ offers });
    await sources.readOwn();
    await sources.readModule(module);
    await sources.readOwn();
    expect(await inputOf(LIST)).toBe('0.0000002');
    expect(await inputOf('own/llama')).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Left out 2 prices of azure-retail'),
    );
    const without = setup();
    await without.sources.readOwn();
    expect(await without.inputOf(LIST)).toBe('0.00000015');
  });

  it('reads every source again in its time', async () => {
    const { sources } = setup({ offers: [] });
    const scheduler = mockServices.scheduler.mock();
    await sources.start(scheduler);
    const tasks = scheduler.scheduleTask.mock.calls.map(([each]) => each.id);
    expect(tasks).toEqual([
      'read-own-prices',
      'read-prices-of-azure-retail',
      'correct-back-dated-prices',
    ]);
  });
});

import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { item, machine, meter, RetailApi } from './__testUtils__/RetailApi';
import { AzurePriceSource } from './AzurePriceSource';
import { readAzurePricingConfig } from './readAzurePricingConfig';
import { RetailPricesClient } from './RetailPricesClient';

const AT = new Date('2026-11-22T10:00:00Z');

const api = new RetailApi();

function setup(settings: JsonObject = {}) {
  const config = readAzurePricingConfig(
    new ConfigReader({
      aiMesh: {
        azurePricing: {
          enabled: true,
          regions: ['westeurope'],
          baseUrl: api.baseUrl,
          ...settings,
        },
      },
    }),
  );
  if (!config) throw new Error('it is enabled');
  const logger = mockServices.logger.mock();
  const client = new RetailPricesClient({
    baseUrl: config.baseUrl,
    pause: async () => {},
  });
  const source = new AzurePriceSource({
    settings: config,
    client,
    logger,
    now: () => AT,
  });
  return { source, logger };
}

describe('AzurePriceSource', () => {
  it('reads models by the token, whatever their unit of measure', async () => {
    api.serve([
      meter('gpt-4o-0806-Inp-glbl', 0.0025),
      meter('gpt-4o-0806-Outp-glbl', 0.01),
      meter('gpt 4o 0806 cached Inp glbl', 0.00125),
      meter('5.4 mini Inp Gl 1M', 0.75, {
        unitOfMeasure: '1M',
        productName: 'Azure OpenAI GPT5',
      }),
      meter('5.4 mini Batch Inp Gl 1M', 0.375, {
        unitOfMeasure: '1M',
        productName: 'Azure OpenAI GPT5',
      }),
      meter('gpt-4o-0806-Inp-regnl', 0.00275),
      meter('gpt-4o-0806-Inp-DZone', 0.0026),
    ]);
    const { source, logger } = setup();
    const common = { source: 'Azure Retail Prices', serviceTier: 'standard' };
    expect(await source.read()).toEqual([
      {
        ...common,
        priceKey: 'azure/gpt-4o-0806',
        region: '',
        rates: {
          input: '0.0000025',
          output: '0.00001',
          'cached-input': '0.00000125',
        },
      },
      {
        ...common,
        priceKey: 'azure/gpt-5.4-mini',
        region: '',
        rates: { input: '0.00000075' },
      },
      {
        ...common,
        priceKey: 'azure/gpt-5.4-mini',
        region: '',
        serviceTier: 'batch',
        rates: { input: '0.000000375' },
      },
      {
        ...common,
        priceKey: 'azure/gpt-4o-0806',
        region: 'westeurope',
        rates: { input: '0.00000275' },
      },
      {
        ...common,
        priceKey: 'azure/gpt-4o-0806',
        region: 'datazone-eu',
        rates: { input: '0.0000026' },
      },
    ]);
    expect(logger.info).not.toHaveBeenCalled();
    expect(api.asked[0].searchParams.get('api-version')).toBe(
      '2023-01-01-preview',
    );
    expect(api.asked[0].searchParams.get('currencyCode')).toBe('USD');
  });

  it('reads only the models that are named, under the names of the price book', async () => {
    api.serve([
      meter('gpt-4o-0806-Inp-glbl', 0.0025),
      meter('5.4 inp Gl 1M', 2.5, { unitOfMeasure: '1M' }),
      meter('5.4 longco inp Gl 1M', 5, { unitOfMeasure: '1M' }),
    ]);
    const { source } = setup({
      models: [
        {
          meter: 'gpt-5.4',
          price: 'azure/gpt-5.4-prod',
          longContextAboveInputTokens: 272_000,
        },
      ],
    });
    expect(await source.read()).toEqual([
      expect.objectContaining({
        priceKey: 'azure/gpt-5.4-prod',
        rates: { input: '0.0000025' },
        longContext: [
          { aboveInputTokens: 272_000, rates: { input: '0.000005' } },
        ],
      }),
    ]);
  });

  it('reads machines on demand and as spot, and none with Windows', async () => {
    api.serve([
      machine({}),
      machine({ skuName: 'NC24ads A100 v4 Spot', retailPrice: 1.0962 }),
      machine({ skuName: 'NC24ads A100 v4 Low Priority', retailPrice: 0.7 }),
      machine({
        productName: 'Virtual Machines NCadsv4 Series Windows',
        retailPrice: 4.777,
      }),
      machine({ type: 'Reservation', unitOfMeasure: '1 Hour', retailPrice: 9 }),
    ]);
    const { source } = setup({ vmSizes: ['Standard_NC24ads_A100_v4'] });
    expect(await source.read()).toEqual([
      {
        priceKey: 'azure-vm/Standard_NC24ads_A100_v4',
        region: 'westeurope',
        rates: { 'machine-time': '3.673' },
        source: 'Azure Retail Prices',
      },
      {
        priceKey: 'azure-vm/Standard_NC24ads_A100_v4/spot',
        region: 'westeurope',
        rates: { 'machine-time': '1.0962' },
        source: 'Azure Retail Prices',
      },
    ]);
  });

  it('offers what begins later from then on, and never reaches back', async () => {
    api.serve([
      meter('gpt-4o-0806-Inp-glbl', 0.0025),
      meter('gpt-4o-0806-Inp-glbl', 0.002, {
        effectiveStartDate: '2026-12-01T00:00:00Z',
      }),
    ]);
    const offers = await setup().source.read();
    expect(offers.map(each => [each.rates.input, each.validFrom])).toEqual([
      ['0.0000025', undefined],
      ['0.000002', '2026-12-01T00:00:00.000Z'],
    ]);
  });

  it('takes a global price of several regions once, and none on which they disagree', async () => {
    const north = { armRegionName: 'swedencentral' };
    api.serve([
      meter('gpt-4o-0806-Inp-glbl', 0.0025),
      meter('gpt-4o-0806-Inp-glbl', 0.0025, north),
      meter('o3 0416 Inp glbl', 0.002),
      meter('o3 0416 Inp glbl', 0.003, north),
    ]);
    const { source, logger } = setup({
      regions: ['westeurope', 'swedencentral'],
    });
    expect((await source.read()).map(each => each.priceKey)).toEqual([
      'azure/gpt-4o-0806',
    ]);
    expect(logger.info).toHaveBeenCalledWith(
      expect.stringContaining(
        '1 prices have meters that disagree, such as "azure/o3-0416"',
      ),
    );
  });

  it('counts what cannot be mapped, and says it once', async () => {
    api.serve([
      meter('gpt-4o-aud-1217 Inp glbl', 0.04),
      item({ meterName: 'Code-Interpreter-global', unitOfMeasure: '1' }),
      meter('gpt-4o-0806-Outp-glbl', 0.01),
      meter('5.5 inp Gl', 5),
      meter('5.5 LongCo inp Gl', 10),
      meter('o3 0416 Inp glbl', 0.002, { currencyCode: 'EUR' }),
      meter('o1 mini input glbl', 0.0011, { tierMinimumUnits: 1000 }),
    ]);
    const { source, logger } = setup();
    expect(await source.read()).toEqual([]);
    await source.read();
    expect(logger.info).toHaveBeenCalledTimes(1);
    const [text] = logger.info.mock.calls[0];
    expect(text).toContain('3 meters are of no token that we price');
    expect(text).toContain('1 prices have no meter of input');
    expect(text).toContain('no longContextAboveInputTokens');
    expect(text).toContain('1 items are in another currency, such as "EUR"');
  });
});

describe('readAzurePricingConfig', () => {
  const read = (azurePricing: JsonObject) =>
    readAzurePricingConfig(new ConfigReader({ aiMesh: { azurePricing } }));

  it('is off by default', () => {
    expect(readAzurePricingConfig(new ConfigReader({}))).toBeUndefined();
    expect(read({ regions: ['westeurope'] })).toBeUndefined();
  });

  it.each<[JsonObject, string]>([
    [{}, 'regions is empty'],
    [{ regions: ["x' or true"] }, 'aiMesh.azurePricing.regions.0'],
    [{ regions: ['x'], currency: 'EUR' }, 'currency: expected USD'],
    [{ regions: ['x'], model: [] }, 'model'],
    [{ regions: ['x'], models: [{ meter: 'a', price: 'b' }] }, 'price key'],
    [{ regions: ['x'], baseUrl: 'file:///etc' }, 'baseUrl'],
  ])('refuses %j', (settings, problem) => {
    expect(() => read({ enabled: true, ...settings })).toThrow(problem);
  });
});

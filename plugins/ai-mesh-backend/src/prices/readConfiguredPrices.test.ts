import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readConfiguredPrices } from './readConfiguredPrices';

function read(...prices: JsonObject[]) {
  return readConfiguredPrices(new ConfigReader({ aiMesh: { prices } }));
}

describe('readConfiguredPrices', () => {
  it('reads prices per million tokens exactly', () => {
    expect(
      read({
        model: 'own/llama',
        inputUsdPerMillion: '0.20',
        cachedInputUsdPerMillion: '0.0025',
        outputUsdPerMillion: '1',
      }),
    ).toEqual([
      {
        priceKey: 'own/llama',
        region: '',
        serviceTier: 'standard',
        longContext: [],
        rates: {
          input: '0.0000002',
          'cached-input': '0.0000000025',
          output: '0.000001',
        },
        sourceId: 'configuration',
        source: 'configuration',
      },
    ]);
    expect(readConfiguredPrices(new ConfigReader({}))).toEqual([]);
  });

  it('reads prices by picture, second and character', () => {
    const [pictures, heard, spoken] = read(
      { model: 'own/pictures', imageUsd: '0.04' },
      { model: 'own/ears', audioSecondUsd: '0.0001' },
      { model: 'own/voice', characterUsdPerMillion: '15' },
    ).map(each => each.rates);
    expect([pictures, heard, spoken]).toEqual([
      { image: '0.04' },
      { 'audio-second': '0.0001' },
      { character: '0.000015' },
    ]);
  });

  it('reads regions, tiers, thresholds and times', () => {
    const llama = { model: 'own/llama', inputUsdPerMillion: '1' };
    expect(
      read(
        llama,
        { ...llama, region: 'eu', validTo: '2027-01-01' },
        { ...llama, region: 'eu', validFrom: '2027-01-01' },
        {
          ...llama,
          serviceTier: 'batch',
          longContext: [{ aboveInputTokens: 1000, inputUsdPerMillion: '2' }],
        },
      ),
    ).toEqual([
      expect.objectContaining({ region: '' }),
      expect.objectContaining({
        region: 'eu',
        validTo: '2027-01-01T00:00:00.000Z',
      }),
      expect.objectContaining({ validFrom: '2027-01-01T00:00:00.000Z' }),
      expect.objectContaining({
        serviceTier: 'batch',
        longContext: [{ aboveInputTokens: 1000, rates: { input: '0.000002' } }],
      }),
    ]);
  });

  it('reads machines by the hour, and what a tool costs a call', () => {
    const machine = 'azure-vm/Standard_NC24ads_A100_v4';
    expect(
      read(
        { model: machine, machineHourUsd: '3.673' },
        { model: 'own/llama', inputUsdPerMillion: '1', toolCallUsd: '0.025' },
      ).map(each => each.rates),
    ).toEqual([
      { 'machine-time': '3.673' },
      { input: '0.000001', 'tool-call': '0.025' },
    ]);
  });

  const good = { model: 'own/llama', inputUsdPerMillion: '1' };
  it.each([
    [[{ inputUsdPerMillion: '1' }], 'aiMesh.prices[0]: "model" is missing'],
    [[good, good], 'aiMesh.prices[1]: "own/llama" is there twice'],
    [
      [{ ...good, inputUsdPerMillion: 0.2 }],
      'aiMesh.prices[0] (own/llama): "inputUsdPerMillion" must be text in quotes',
    ],
    [
      [{ ...good, outputUsdPerMillion: '1e3' }],
      'aiMesh.prices[0] (own/llama): "outputUsdPerMillion": Cannot read "1e3"',
    ],
    [
      [{ ...good, outputUsdPerMillion: '-1' }],
      'aiMesh.prices[0] (own/llama): "outputUsdPerMillion": Cannot use "-1"',
    ],
    [[{ ...good, model: 'llama' }], '"llama" is no price key'],
    [[{ ...good, serviceTier: 'fast' }], '"serviceTier" is "fast"'],
    [[{ ...good, validFrom: 'soon' }], 'cannot read "soon"'],
    [
      [{ ...good, longContext: [{ aboveInputTokens: 0.5 }] }],
      'cannot use 0.5 as a threshold',
    ],
    [
      [{ model: 'own/llama', outputUsdPerMillion: '1' }],
      '"inputUsdPerMillion" is missing',
    ],
  ])('names the entry that is wrong: %j', (prices, message) => {
    expect(() => read(...prices)).toThrow(message);
  });
});

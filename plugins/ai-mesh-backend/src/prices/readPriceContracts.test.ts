import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readPriceContracts } from './readPriceContracts';

function read(...priceContracts: JsonObject[]) {
  return readPriceContracts(new ConfigReader({ aiMesh: { priceContracts } }));
}

const EA = {
  name: 'Azure 2026',
  prefixes: ['azure/'],
  discountPercent: '12.5',
  validFrom: '2026-01-01',
  validTo: '2027-01-01',
};
const OWN = {
  name: 'Llama',
  validFrom: '2026-01-01',
  prices: [{ model: 'own/llama', inputUsdPerMillion: '1' }],
};

describe('readPriceContracts', () => {
  it('reads discounts and rates of its own', () => {
    expect(read(EA, OWN)).toEqual([
      {
        id: 'Azure 2026',
        prefixes: ['azure/'],
        priceKeys: [],
        discount: { keep: 875n, whole: 1000n },
        offers: [],
        validFrom: '2026-01-01T00:00:00.000Z',
        validTo: '2027-01-01T00:00:00.000Z',
      },
      expect.objectContaining({
        id: 'Llama',
        offers: [
          expect.objectContaining({
            priceKey: 'own/llama',
            contractId: 'Llama',
            sourceId: 'contract',
            source: 'contract Llama',
            rates: { input: '0.000001' },
            validFrom: '2026-01-01T00:00:00.000Z',
          }),
        ],
      }),
    ]);
    expect(readPriceContracts(new ConfigReader({}))).toEqual([]);
  });

  it('takes one contract after another', () => {
    const next = { ...EA, name: 'Azure 2027', validFrom: '2027-01-01' };
    expect(read(EA, { ...next, validTo: '2028-01-01' })).toHaveLength(2);
  });

  it.each<[JsonObject[], string]>([
    [[{ ...EA, discountPercent: 12.5 }], 'must be text in quotes'],
    [[{ ...EA, discountPercent: '100' }], 'less than 100 percent'],
    [[{ ...EA, prefixes: [] }], 'what is it taken off?'],
    [[{ ...EA, prefixes: ['azure'] }], 'such as azure/'],
    [[{ ...EA, models: ['gpt-4o'] }], '"gpt-4o" is no price key'],
    [[{ ...EA, validTo: '2025-01-01' }], 'ends before it begins'],
    [[{ name: 'x', validFrom: '2026-01-01' }], 'neither'],
    [[EA, EA], 'a contract "Azure 2026" already'],
    [[EA, { ...EA, name: 'b', prefixes: ['azure/gpt'] }], 'both hold for'],
    [
      [OWN, { ...EA, name: 'b', models: ['own/llama'], prefixes: [] }],
      'both hold for "own/llama"',
    ],
  ])('refuses %j', (contracts, message) => {
    expect(() => read(...contracts)).toThrow(message);
    expect(() => read(...contracts)).toThrow(
      `aiMesh.priceContracts[${contracts.length - 1}]`,
    );
  });
});

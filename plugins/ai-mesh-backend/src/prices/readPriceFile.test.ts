import fc from 'fast-check';
import { readPriceFile } from './readPriceFile';

const ORIGIN = { sourceId: 'upload', source: 'prices.csv' };
const HEADER =
  'price_key,region,service_tier,class,above_input_tokens,usd,per,currency,valid_from,valid_to';

function csv(...rows: string[]) {
  return readPriceFile('prices.csv', [HEADER, ...rows].join('\n'), ORIGIN);
}

function json(value: unknown) {
  return readPriceFile('prices.json', JSON.stringify(value, null, 1), ORIGIN);
}

describe('readPriceFile', () => {
  it('puts the rates of a price together, exactly', () => {
    const { offers, problems } = csv(
      'azure/gpt-5.4,eu,,input,,2.50,1M,USD,2026-11-01,2027-01-01',
      'azure/gpt-5.4,eu,,cached-input,,0.00025,1K,USD,2026-11-01,2027-01-01',
      'azure/gpt-5.4,eu,,output,,0.000015,1,USD,2026-11-01,2027-01-01',
      'azure/gpt-5.4,eu,,input,272000,5,1M,USD,2026-11-01,2027-01-01',
      '',
      'azure-vm/Standard_NC24ads_A100_v4/spot,,,machine-time,,1.096,hour,USD,,',
    );
    expect(problems).toEqual([]);
    expect(offers).toEqual([
      {
        priceKey: 'azure/gpt-5.4',
        region: 'eu',
        serviceTier: 'standard',
        rates: {
          input: '0.0000025',
          'cached-input': '0.00000025',
          output: '0.000015',
        },
        longContext: [
          {
            aboveInputTokens: 272_000,
            rates: {
              input: '0.000005',
              'cached-input': '0.00000025',
              output: '0.000015',
            },
          },
        ],
        validFrom: '2026-11-01T00:00:00.000Z',
        validTo: '2027-01-01T00:00:00.000Z',
        ...ORIGIN,
      },
      {
        priceKey: 'azure-vm/Standard_NC24ads_A100_v4/spot',
        region: '',
        serviceTier: 'standard',
        rates: { 'machine-time': '1.096' },
        longContext: [],
        ...ORIGIN,
      },
    ]);
  });

  it('reads columns in any order, quotes, a byte order mark and Windows lines', () => {
    const text = '\uFEFFusd,per,class,price_key\r\n"2.50",1M,input,own/a\r\n';
    const { offers, problems } = readPriceFile('A.CSV', text, ORIGIN);
    expect(problems).toEqual([]);
    expect(offers[0].rates).toEqual({ input: '0.0000025' });
  });

  it.each<[string, string, string | undefined, string]>([
    ['gpt-4o,,,input,,1,1M,USD,,', '"gpt-4o" is no price key', 'price_key', ''],
    [
      'own/a,,fast,input,,1,1M,USD,,',
      'unknown tier "fast"',
      'service_tier',
      '',
    ],
    ['own/a,,,words,,1,1M,USD,,', 'unknown class "words"', 'class', ''],
    [
      'own/a,,,input,many,1,1M,USD,,',
      'as a threshold',
      'above_input_tokens',
      '',
    ],
    ['own/a,,,input,,2.5,1,USD,,', 'price per token', 'usd', ''],
    ['own/a,,,input,,-1,1M,USD,,', 'below zero', 'usd', ''],
    ['own/a,,,input,,1e3,1M,USD,,', 'plain decimal', 'usd', ''],
    ['own/a,,,input,,"1,5",1M,USD,,', 'plain decimal', 'usd', ''],
    ['own/a,,,input,,,1M,USD,,', 'it is empty', 'usd', ''],
    ['own/a,,,input,,1,1B,USD,,', 'unknown unit "1B"', 'per', ''],
    ['own/a,,,input,,1,hour,USD,,', 'is not per "hour"', 'usd', ''],
    ['own/a,,,machine-time,,1,1M,USD,,', 'is per "hour"', 'usd', ''],
    ['own/a,,,input,,1,1M,EUR,,', 'unknown currency "EUR"', 'currency', ''],
    ['own/a,,,input,,1,1M,USD,01.11.2026,', 'as a begin', 'valid_from', ''],
    ['own/a,,,input,,1,1M,USD,2026-02-30,', 'as a begin', 'valid_from', ''],
    ['own/a,,,input,,1,1M,USD,,2026-13-01', 'as an end', 'valid_to', ''],
    [
      'own/a,,,input,,1,1M,USD,2026-02-01,2026-01-01',
      'ends before',
      undefined,
      '',
    ],
    ['own/a,,,output,,1,1M,USD,,', 'no rate that a call', undefined, ''],
    ['own/a,,,input,,1,1M', 'has 7 columns, the header has 10', undefined, ''],
    ['own/a,,,input,,"1,1M,USD,,', 'Quote', undefined, ''],
  ])('names the line and column of %s', (row, problem, column) => {
    const { offers, problems } = csv('own/sound,,,input,,1,1M,USD,,', row);
    expect(offers).toEqual([]);
    expect(problems).toEqual([
      {
        line: 3,
        ...(column !== undefined && { column }),
        problem: expect.stringContaining(problem),
      },
    ]);
  });

  it('quotes no long cell', () => {
    const { problems } = csv(`${'own/a'.repeat(50)},,,input,,1,1M,USD,,`);
    expect(problems).toEqual([
      {
        line: 2,
        column: 'price_key',
        problem: 'it is longer than 200 characters',
      },
    ]);
  });

  it('names every wrong row, not only the first', () => {
    const { problems } = csv(
      'gpt-4o,,,input,,2.5,1,USD,,',
      'own/a,,,input,,1,1M,USD,,',
      'own/a,,,input,,2,1M,USD,,',
    );
    expect(problems.map(each => [each.line, each.column])).toEqual([
      [2, 'price_key'],
      [2, 'usd'],
      [4, 'class'],
    ]);
  });

  it('refuses times that overlap, and takes those that meet', () => {
    const row = (from: string, to: string) =>
      `own/a,,,input,,1,1M,USD,${from},${to}`;
    expect(
      csv(row('2026-01-01', '2026-02-01'), row('2026-02-01', '')).problems,
    ).toEqual([]);
    expect(
      csv(row('2026-01-01', ''), row('2026-02-01', '2026-03-01')).problems,
    ).toEqual([
      {
        line: 3,
        column: 'valid_from',
        problem: expect.stringContaining('overlaps that of line 2'),
      },
    ]);
    expect(csv(row('', ''), row('2026-02-01', '')).problems).toHaveLength(1);
  });

  it.each([
    ['a,b', 'unknown column "a"'],
    ['price_key,class,usd', 'the column "per" is missing'],
    [`${HEADER},usd`, 'the column "usd" is there twice'],
    ['', 'the column "price_key" is missing'],
  ])('says what a header "%s" lacks', (header, problem) => {
    const { problems } = readPriceFile('a.csv', `${header}\n`, ORIGIN);
    expect(problems.map(each => each.problem)).toContainEqual(
      expect.stringContaining(problem),
    );
    expect(problems.every(each => each.line === 1)).toBe(true);
  });

  it('refuses a file without a price', () => {
    expect(csv().problems).toEqual([{ line: 1, problem: 'it holds no price' }]);
    expect(json([]).problems).toHaveLength(1);
  });

  it('reads JSON, a rate an object', () => {
    const { offers, problems } = json([
      { price_key: 'own/a', class: 'input', usd: '2.5', per: '1M' },
      {
        price_key: 'own/a',
        class: 'input',
        usd: '5',
        per: '1M',
        above_input_tokens: 1000,
        region: null,
      },
    ]);
    expect(problems).toEqual([]);
    expect(offers[0].longContext).toEqual([
      { aboveInputTokens: 1000, rates: { input: '0.000005' } },
    ]);
  });

  it.each([
    ['{"a": 1}', 1, 'expected an array of objects'],
    ['[', 1, 'it is no JSON'],
    ['[{"price_key": "own/a",\n"class": "input"},\n{"usd": 1}]', 3, 'exact'],
    ['[{"price": "own/{a}"}]', 1, 'unknown'],
  ])('names the line of what is wrong in %s', (text, line, problem) => {
    const { problems } = readPriceFile('a.json', text, ORIGIN);
    expect(problems).toContainEqual(
      expect.objectContaining({
        line,
        problem: expect.stringContaining(problem),
      }),
    );
  });

  it('refuses another kind of file', () => {
    expect(() => readPriceFile('a.xlsx', '', ORIGIN)).toThrow('.csv or .json');
  });

  it('divides by a thousand and a million without losing a digit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.bigInt({ min: 1n, max: 999_999_999_999n }),
        (whole, fraction) => {
          const decimals = fraction.toString().padStart(12, '0');
          const { offers } = csv(
            `own/a,,,input,,${whole}.${decimals},1M,USD,,`,
          );
          const digits = `${String(whole).padStart(6, '0')}${decimals}`;
          const rate = offers[0].rates.input?.split('.')[1] ?? '';
          expect(rate.padEnd(18, '0')).toBe(digits);
        },
      ),
    );
  });
});

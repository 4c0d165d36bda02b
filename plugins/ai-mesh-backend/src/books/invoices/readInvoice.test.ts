import { readInvoice } from './readInvoice';

const PLAIN = 'month,provider,model,token_class,amount,currency';
const AZURE =
  'BillingPeriodStartDate,Date,MeterCategory,MeterName,CostInUsd,CostInBillingCurrency';

function read(...rows: string[]) {
  return Object.fromEntries(readInvoice(rows.join('\n'), 202610));
}

describe('readInvoice', () => {
  it('sums the rows of a model and class exactly, by provider', () => {
    expect(
      read(
        PLAIN,
        '2026-10,openai,gpt-4o,input,0.1,USD',
        '2026-10-31,openai,gpt-4o,input,0.2,usd',
        '2026-10-31T23:59:59Z,OpenAI,gpt-4o,,-1,',
        '10/05/2026,anthropic,,,7,USD',
      ),
    ).toEqual({
      openai: [
        {
          ...{ model: 'gpt-4o', chargeClass: 'input', rowCount: 2 },
          amount: 300_000_000_000n,
        },
        {
          ...{ model: 'gpt-4o', chargeClass: undefined, rowCount: 1 },
          amount: -1_000_000_000_000n,
        },
      ],
      anthropic: [
        {
          ...{ model: '', chargeClass: undefined, rowCount: 1 },
          amount: 7_000_000_000_000n,
        },
      ],
    });
  });

  it('takes columns in any order and case, with a byte order mark, without what is optional', () => {
    expect(
      read('\uFEFFAMOUNT,Sku,Provider,Date', '1.5,mini,openai,2026-10-01'),
    ).toEqual({
      openai: [expect.objectContaining({ model: 'mini', rowCount: 1 })],
    });
  });

  it('reads the cost export of Azure: dollars, models and classes from the names of meters', () => {
    expect(
      read(
        AZURE,
        '2026-10-01,2026-10-02,Foundry Models,gpt 4o 0806 Inp glbl Tokens,1.08E-05,0.00001',
        '10/01/2026,10/02/2026,Foundry Models,gpt-4o-0806-Outp-regnl Tokens,2,1.9',
        '10/01/2026,10/02/2026,Foundry Models,gpt 4o 0806 cached Inp Data Zone Tokens,1,1',
        '10/01/2026,10/02/2026,Virtual Machines,NC24ads A100 v4,3,3',
      ).azure.map(({ model, chargeClass, amount }) => [
        model,
        chargeClass,
        amount,
      ]),
    ).toEqual([
      ['gpt 4o 0806', 'input', 10_800_000n],
      ['gpt 4o 0806', 'output', 2_000_000_000_000n],
      ['gpt 4o 0806', 'cached-input', 1_000_000_000_000n],
      ['NC24ads A100 v4', undefined, 3_000_000_000_000n],
    ]);
  });

  it('names every wrong row with its line and column, and takes none', () => {
    expect(() =>
      read(
        PLAIN,
        '2026-10,openai,gpt-4o,input,0.1,USD',
        '2026-10,openai,gpt-4o,input,"1,000",USD',
        '',
        '2026-11,openai,gpt-4o,input,1,USD',
        '2026-10,openai,gpt-4o,thoughts,1,USD',
        '2026-10,openai,gpt-4o,input,1,EUR',
        '2026-10,,gpt-4o,input,1,USD',
        'October,openai,gpt-4o,input,1,USD',
      ),
    ).toThrow(
      /^content: line 3, column amount: .*; line 5, column month: is of 2026-11, and the invoice is for 2026-10; line 6, column token_class: there is no such class.*; line 7, column currency: only USD.*; line 8, column provider: is empty; line 9, column month: expected a date/s,
    );
  });

  it('says how many more are wrong', () => {
    const rows = Array.from({ length: 25 }, () => '2026-10,openai,mini,,x,USD');
    expect(() => read(PLAIN, ...rows)).toThrow(/and 5 more$/);
  });

  it.each([
    ['a,b,c\n1,2,3', 'the columns are not known'],
    [PLAIN, 'holds no rows'],
    ['', 'the columns are not known'],
    [`${PLAIN}\n"2026-10,openai`, 'no CSV'],
    [`${PLAIN}\n2026-10,openai,mini,,10000000,USD`, 'more than 9 million USD'],
  ])('refuses %j: %s', (content, reason) => {
    expect(() => readInvoice(content, 202610)).toThrow(reason);
  });
});

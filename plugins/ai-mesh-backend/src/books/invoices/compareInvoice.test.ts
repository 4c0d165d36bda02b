import { ChargeClass, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { compareInvoice, isBeyondTolerance, OwedCell } from './compareInvoice';

function owed(
  model: string,
  amount: bigint,
  chargeClass: ChargeClass = 'input',
  pricedModel = '',
): OwedCell {
  return { model, pricedModel, chargeClass, amount: picoUsd(amount) };
}

function invoiced(model: string, amount: bigint, chargeClass?: ChargeClass) {
  return { model, chargeClass, amount: picoUsd(amount) };
}

/** Model, class, invoice, ledger; with a star what the invoice has not. */
function compare(...[lines, cells]: Parameters<typeof compareInvoice>) {
  return compareInvoice(lines, cells).map(
    each =>
      `${each.model}${each.chargeClass ? ` ${each.chargeClass}` : ''}: ${
        each.invoicedPicoUsd
      } ${each.ledgerPicoUsd}${each.isInvoiced ? '' : ' *'}`,
  );
}

describe('compareInvoice', () => {
  it('sets each amount beside the line that says most about it', () => {
    expect(
      compare(
        [
          invoiced('mini', 100n, 'input'),
          invoiced('mini', 50n),
          invoiced('', 7n),
        ],
        [
          owed('mini', 99n),
          owed('mini', 40n, 'output'),
          owed('mini', 5n, 'cached-input'),
          owed('large', 3n),
          owed('small', 4n, 'output'),
        ],
      ),
    ).toEqual(['mini input: 100 99', 'mini: 50 45', ': 7 7']);
  });

  it('gives what the invoice has not a line of its own', () => {
    expect(
      compare([invoiced('mini', 100n)], [owed('large', 3n), owed('large', 4n)]),
    ).toEqual(['mini: 100 0', 'large: 0 7 *']);
  });

  it('knows a model by its own name, by that of the price book, and with the date of a version', () => {
    const cells = [owed('chat', 5n, 'input', 'gpt-4o')];
    expect(compare([invoiced('Chat', 5n)], cells)).toEqual(['Chat: 5 5']);
    expect(compare([invoiced('GPT 4o', 5n)], cells)).toEqual(['GPT 4o: 5 5']);
    expect(compare([invoiced('gpt 4o 0806', 5n)], cells)).toEqual([
      'gpt 4o 0806: 5 5',
    ]);
    expect(
      compare([invoiced('gpt-41', 5n)], [owed('x', 5n, 'input', 'gpt-4')]),
    ).toEqual(['gpt-41: 5 0', 'x: 0 5 *']);
  });

  it('bills reasoning as output where the invoice does', () => {
    const cells = [owed('o3', 5n, 'output'), owed('o3', 2n, 'reasoning')];
    expect(compare([invoiced('o3', 7n, 'output')], cells)).toEqual([
      'o3 output: 7 7',
    ]);
    expect(
      compare(
        [invoiced('o3', 5n, 'output'), invoiced('o3', 2n, 'reasoning')],
        cells,
      ),
    ).toEqual(['o3 output: 5 5', 'o3 reasoning: 2 2']);
  });

  it('loses nothing and counts nothing twice', () => {
    const model = fc.constantFrom('', 'mini', 'Mini', 'large', 'gpt 4o 0806');
    const chargeClass = fc.constantFrom<ChargeClass>(
      ...(['input', 'output', 'reasoning', 'cached-input'] as const),
    );
    const amount = fc.bigInt(-1000n, 1000n).map(picoUsd);
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            model,
            amount,
            chargeClass: fc.option(chargeClass, { nil: undefined }),
          }),
        ),
        fc.array(
          fc.record({
            model,
            amount,
            chargeClass,
            pricedModel: fc.constantFrom('', 'gpt-4o'),
          }),
        ),
        (lines, cells) => {
          const sum = (amounts: bigint[]) =>
            amounts.reduce((each, next) => each + next, 0n);
          const result = compareInvoice(lines, cells);
          expect(sum(result.map(each => each.ledgerPicoUsd))).toBe(
            sum(cells.map(each => each.amount)),
          );
          expect(sum(result.map(each => each.invoicedPicoUsd))).toBe(
            sum(lines.map(each => each.amount)),
          );
        },
      ),
    );
  });
});

it.each([
  [1000n, 1005n, false],
  [1000n, 1006n, true],
  [1000n, 994n, true],
  [-1000n, -995n, false],
  [0n, 0n, false],
  [0n, 1n, true],
])('of %s invoiced and %s owed says %s', (invoice, ledger, isBeyond) => {
  expect(isBeyondTolerance(invoice, ledger)).toBe(isBeyond);
});

import {
  costOf,
  picoUsd,
  Rate,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { focusCharge } from './__testUtils__/focusCharges';
import { FocusCharge } from './FocusCharge';
import { formatFocusDecimal } from './focusDecimal';
import { priceCharge } from './unitPrice';

/** Cheapest on the market, and dearer than anything: 2.5e-9 to 1e-3 USD a token. */
const rate = () =>
  fc.bigInt({ min: 2_500_000_000n, max: 10n ** 15n }).map(each => each as Rate);
const lines = () =>
  fc.array(fc.bigInt({ min: 1n, max: 2_000_000n }), {
    minLength: 1,
    maxLength: 20,
  });

function charge(tokens: readonly bigint[], each: Rate): FocusCharge {
  return focusCharge({
    quantity: tokens.reduce((a, b) => a + b, 0n),
    cost: sumPicoUsd(tokens.map(one => costOf(one, each))),
    price: {
      key: 'openai/gpt-4o',
      isSpot: false,
      rates: [{ contracted: each, list: each }],
    },
  });
}

function shown(priced: ReturnType<typeof priceCharge>) {
  return (
    priced && {
      kind: priced.kind,
      quantity: formatFocusDecimal(priced.pricingQuantity),
      list: formatFocusDecimal(priced.listUnitPrice),
      contracted: formatFocusDecimal(priced.contractedUnitPrice),
      listCost: formatFocusDecimal(priced.listCost),
      contractedCost: formatFocusDecimal(priced.contractedCost),
    }
  );
}

describe('priceCharge', () => {
  it('finds the rate, and multiplies without rounding', () => {
    fc.assert(
      fc.property(lines(), rate(), (tokens, each) => {
        const priced = priceCharge(charge(tokens, each));
        expect(priced?.kind).toBe('standard');
        const { contractedUnitPrice = 0n, pricingQuantity = 0n } = priced ?? {};
        expect(contractedUnitPrice * pricingQuantity).toBe(
          (priced?.contractedCost ?? 1n) * 10n ** 18n,
        );
      }),
    );
  });

  it.each([
    [
      'pictures by the piece',
      focusCharge({
        about: { chargeClass: 'image' },
        quantity: 3n,
        cost: picoUsd(120_000_000_000n),
        price: {
          key: 'openai/images',
          isSpot: false,
          rates: [
            {
              contracted: 40_000_000_000_000_000n as Rate,
              list: 50_000_000_000_000_000n as Rate,
            },
          ],
        },
      }),
      {
        kind: 'standard',
        quantity: '3',
        list: '0.05',
        contracted: '0.04',
        listCost: '0.15',
        contractedCost: '0.12',
      },
    ],
    [
      'an answer from memory as free',
      focusCharge({ about: { servedBecause: 'cache' }, cost: picoUsd(0n) }),
      {
        kind: 'free',
        quantity: '1',
        list: '0',
        contracted: '0',
        listCost: '0',
        contractedCost: '0',
      },
    ],
    [
      'a long prompt by its own rate',
      focusCharge({ about: { aboveInputTokens: 200_000 } }),
      {
        kind: 'long-context',
        quantity: '1',
        list: '2.5',
        contracted: '2.5',
        listCost: '2.5',
        contractedCost: '2.5',
      },
    ],
    [
      'a cost without a known price by what it came to',
      focusCharge({ price: undefined, quantity: 3n, cost: picoUsd(1n) }),
      {
        kind: 'blended',
        quantity: '0.000003',
        list: '0.000000333333333333',
        contracted: '0.000000333333333333',
        listCost: '0.000000000001',
        contractedCost: '0.000000000001',
      },
    ],
    [
      'not an adjustment',
      focusCharge({ about: { chargeClass: 'adjustment' }, quantity: 0n }),
      undefined,
    ],
    [
      'not a correction of money alone',
      focusCharge({ isCorrection: true, cost: picoUsd(7n) }),
      undefined,
    ],
    ['not money for no units', focusCharge({ quantity: 0n }), undefined],
  ])('prices %s', (_what, each, expected) => {
    expect(shown(priceCharge(each))).toEqual(expected);
  });
});

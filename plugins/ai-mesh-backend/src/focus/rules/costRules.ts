import { ONE } from '../focusDecimal';
import {
  datasetRule,
  FocusRule,
  isNull,
  isRegularCharge,
  numberIn,
  rowRule,
  UNTIL_1_3,
} from './FocusRule';

/** A pico-dollar in units of 1e-18: amounts are rounded to it. */
const PICO = 1_000_000n;

/** Costs, unit prices and quantities. */
export const COST_RULES: readonly FocusRule[] = [
  ...[
    ['ListCost', 'ListUnitPrice'],
    ['ContractedCost', 'ContractedUnitPrice'],
  ].map(([cost, price]) =>
    rowRule(
      {
        id: `${cost}-product`,
        column: cost,
        text: `${cost} MUST equal the product of ${price} and PricingQuantity when both are not null`,
        source: `Column ${cost}; rounding: a pico-dollar, and half of the last of 18 digits of both factors`,
        todo: `Check ${price} × PricingQuantity`,
      },
      row =>
        isNoProduct(
          numberIn(row, cost),
          numberIn(row, price),
          numberIn(row, 'PricingQuantity'),
        ),
    ),
  ),
  ...['ListUnitPrice', 'ContractedUnitPrice'].map(id =>
    rowRule(
      {
        id: `${id}-not-negative`,
        column: id,
        text: `${id} MUST be a non-negative decimal value`,
        source: `Column ${id}`,
        todo: 'Put the sign into the quantity',
      },
      row => (numberIn(row, id) ?? 0n) < 0n,
    ),
  ),
  rowRule(
    {
      id: 'EffectiveCost-matches-billed',
      column: 'EffectiveCost',
      text: 'EffectiveCost MUST match the BilledCost where the charge does not cover others and is not covered by others',
      source: 'Column EffectiveCost',
      todo: 'Make both equal, or name the commitment in CommitmentDiscountId',
    },
    row =>
      isNull(row, 'CommitmentDiscountId') &&
      row.ChargeCategory !== 'Purchase' &&
      numberIn(row, 'EffectiveCost') !== numberIn(row, 'BilledCost'),
  ),
  rowRule(
    {
      id: 'BilledCost-of-covered',
      column: 'BilledCost',
      text: 'BilledCost MUST NOT include any portion covered by related purchase charges',
      source: 'Column BilledCost',
      todo: 'Bill usage that a commitment covers with 0',
    },
    row =>
      row.CommitmentDiscountStatus === 'Used' &&
      row.PricingCategory === 'Committed' &&
      numberIn(row, 'BilledCost') !== 0n,
  ),
  rowRule(
    {
      id: 'ContractedCost-without-price',
      column: 'ContractedCost',
      text: 'ContractedCost of a charge unrelated to other charges MUST match the BilledCost when ContractedUnitPrice is null',
      source: 'Columns ContractedCost and ListCost',
      todo: 'Use the BilledCost',
    },
    row => isOtherThanBilled(row, 'ContractedCost', 'ContractedUnitPrice'),
  ),
  rowRule(
    {
      id: 'ListCost-without-price',
      column: 'ListCost',
      text: 'ListCost of a charge unrelated to other charges MUST match the BilledCost when ListUnitPrice is null',
      source: 'Column ListCost',
      todo: 'Use the BilledCost',
    },
    row => isOtherThanBilled(row, 'ListCost', 'ListUnitPrice'),
  ),
  rowRule(
    {
      id: 'BilledCost-of-resellers',
      column: 'BilledCost',
      versions: UNTIL_1_3,
      text: 'BilledCost MUST be 0 for charges where payments are received by a third party: ProviderName and InvoiceIssuerName differ',
      source:
        'Column BilledCost of 1.2; columns ProviderName and InvoiceIssuerName',
      todo: 'Spell ProviderName and InvoiceIssuerName alike',
    },
    row =>
      row.ProviderName !== undefined &&
      row.ProviderName !== row.InvoiceIssuerName &&
      numberIn(row, 'BilledCost') !== 0n,
  ),
  datasetRule(
    {
      id: 'SkuPriceId-one-parent',
      column: 'SkuPriceId',
      text: 'SkuPriceId MUST have one and only one parent SkuId',
      source: 'Column SkuPriceId',
      todo: 'Give prices of different SKUs different ids',
    },
    () => onePerKey('SkuPriceId', 'SkuId'),
  ),
  datasetRule(
    {
      id: 'SkuPriceDetails-consistent',
      column: 'SkuPriceDetails',
      text: 'All charges with the same SkuPriceId share the same SkuPriceDetails',
      source: 'Column SkuPriceDetails',
      todo: 'Put what differs into SkuPriceId, or leave it out',
    },
    () => onePerKey('SkuPriceId', 'SkuPriceDetails'),
  ),
  datasetRule(
    {
      id: 'CommitmentDiscount-consistent',
      column: 'CommitmentDiscountName',
      text: 'A CommitmentDiscountId has one name',
      source: 'Column CommitmentDiscountId',
      todo: 'Use one name',
    },
    () => onePerKey('CommitmentDiscountId', 'CommitmentDiscountName'),
  ),
  rowRule(
    {
      id: 'CommitmentDiscountQuantity-of-usage',
      column: 'CommitmentDiscountQuantity',
      text: 'CommitmentDiscountQuantity MUST NOT be null for usage and purchases with a CommitmentDiscountId that correct nothing, and MUST be null without one',
      source: 'Column CommitmentDiscountQuantity, nullability',
      todo: 'Give it the quantity that is used of the commitment',
    },
    row =>
      isNull(row, 'CommitmentDiscountId')
        ? !isNull(row, 'CommitmentDiscountQuantity')
        : isRegularCharge(row) && isNull(row, 'CommitmentDiscountQuantity'),
  ),
];

/** |price × quantity − cost| beyond what the digits of the three can hold. */
function isNoProduct(
  cost: bigint | undefined,
  price: bigint | undefined,
  quantity: bigint | undefined,
): boolean {
  if (cost === undefined || price === undefined || quantity === undefined) {
    return false;
  }
  const error = absolute(price * quantity - cost * ONE); // in 1e-36
  const rounding = PICO * ONE + (absolute(price) + absolute(quantity)) / 2n;
  return error > rounding;
}

function isOtherThanBilled(
  row: Parameters<typeof isNull>[0],
  cost: string,
  price: string,
): boolean {
  return (
    isNull(row, price) &&
    isNull(row, 'CommitmentDiscountId') &&
    row.ChargeCategory !== 'Tax' &&
    numberIn(row, cost) !== numberIn(row, 'BilledCost')
  );
}

function onePerKey(key: string, value: string) {
  const known = new Map<string, string | null>();
  return {
    add(row: Parameters<typeof isNull>[0], number: number) {
      const id = row[key];
      if (typeof id !== 'string') return undefined;
      const found = row[value] ?? null;
      const before = known.get(id);
      if (before === undefined) {
        known.set(id, found);
        return undefined;
      }
      return before === found
        ? undefined
        : { row: number, found: `"${found ?? ''}" beside "${before ?? ''}"` };
    },
  };
}

function absolute(number: bigint): bigint {
  return number < 0n ? -number : number;
}

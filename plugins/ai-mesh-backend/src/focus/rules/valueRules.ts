import { parseObject } from './columnRules';
import { FocusRule, isNull, isRegularCharge, rowRule } from './FocusRule';
import { ALLOWED_VALUES, NAMED, SUBCATEGORIES } from './specification';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const PLACEHOLDER = /^(\s*|not applicable|n\/a|none|null|unknown)$/i;
const FOCUS_SKU_PROPERTIES = new Set([
  'CoreCount',
  'DiskMaxIops',
  'DiskSpace',
  'DiskType',
  'GpuCount',
  'InstanceType',
  'InstanceSeries',
  'MemorySize',
  'NetworkMaxIops',
  'NetworkMaxThroughput',
  'OperatingSystem',
  'Redundancy',
  'StorageClass',
]);

/** Null, because another column is: [column, the other one]. */
const NULL_WITH: readonly (readonly [string, string])[] = [
  ['PricingUnit', 'PricingQuantity'],
  ['ConsumedUnit', 'ConsumedQuantity'],
  ['SkuMeter', 'SkuId'],
  ['SkuPriceDetails', 'SkuPriceId'],
  ['PricingQuantity', 'SkuPriceId'],
  ['PricingCategory', 'SkuPriceId'],
  ['ConsumedQuantity', 'SkuPriceId'],
  ['ListUnitPrice', 'SkuPriceId'],
  ['ContractedUnitPrice', 'SkuPriceId'],
  ['CommitmentDiscountQuantity', 'SkuPriceId'],
  ['CommitmentDiscountUnit', 'CommitmentDiscountQuantity'],
  ['CommitmentDiscountCategory', 'CommitmentDiscountId'],
  ['CommitmentDiscountName', 'CommitmentDiscountId'],
  ['CommitmentDiscountStatus', 'CommitmentDiscountId'],
  ['CommitmentDiscountType', 'CommitmentDiscountId'],
  ['RegionName', 'RegionId'],
  ['ResourceName', 'ResourceId'],
  ['ResourceType', 'ResourceId'],
  ['SubAccountName', 'SubAccountId'],
];

/** Not null, because another column is not: [column, the other one]. */
const NOT_NULL_WITH: readonly (readonly [string, string])[] = [
  ['PricingUnit', 'PricingQuantity'],
  ['ConsumedUnit', 'ConsumedQuantity'],
  ['ListUnitPrice', 'SkuPriceId'],
  ['ContractedUnitPrice', 'SkuPriceId'],
  ['CommitmentDiscountUnit', 'CommitmentDiscountQuantity'],
  ['CommitmentDiscountCategory', 'CommitmentDiscountId'],
  ['CommitmentDiscountType', 'CommitmentDiscountId'],
  ['RegionName', 'RegionId'],
  ['ResourceType', 'ResourceId'],
  ['SubAccountName', 'SubAccountId'],
];

/** Not null for usage and purchases that correct nothing. */
const OF_REGULAR_CHARGES = [
  'SkuId',
  'SkuPriceId',
  'PricingQuantity',
  'PricingCategory',
  'ListUnitPrice',
  'ContractedUnitPrice',
];

/** What single cells, and cells beside each other, may hold. */
export const VALUE_RULES: readonly FocusRule[] = [
  ...Object.entries(ALLOWED_VALUES).map(([id, values]) =>
    rowRule(
      {
        id: `${id}-allowed`,
        column: id,
        text: `${id} MUST be one of the allowed values`,
        source: `Column ${id}, allowed values`,
        todo: `Use one of: ${values.join(', ')}`,
      },
      row => !isNull(row, id) && !values.includes(row[id] ?? ''),
    ),
  ),
  rowRule(
    {
      id: 'ServiceSubcategory-parent',
      column: 'ServiceSubcategory',
      text: 'ServiceSubcategory MUST be one of the allowed values, and have the ServiceCategory as its parent',
      source: 'Column ServiceSubcategory, allowed values',
      todo: 'Use a subcategory of the row\'s ServiceCategory, such as "Generative AI"',
    },
    row =>
      !isNull(row, 'ServiceSubcategory') &&
      !(SUBCATEGORIES[row.ServiceCategory ?? ''] ?? []).includes(
        row.ServiceSubcategory ?? '',
      ),
  ),
  rowRule(
    {
      id: 'BillingCurrency-iso-4217',
      column: 'BillingCurrency',
      text: 'BillingCurrency MUST be a three-letter code of ISO 4217',
      source:
        'Attribute CurrencyFormat; virtual currencies ended with 1.4, and never were billing currencies',
      todo: 'Write a code such as USD',
    },
    row => !CURRENCIES.has(row.BillingCurrency ?? ''),
  ),
  rowRule(
    {
      id: 'ChargeFrequency-purchase',
      column: 'ChargeFrequency',
      text: 'ChargeFrequency MUST NOT be "Usage-Based" when ChargeCategory is "Purchase"',
      source: 'Column ChargeFrequency',
      todo: 'Use One-Time or Recurring',
    },
    row =>
      row.ChargeCategory === 'Purchase' &&
      row.ChargeFrequency === 'Usage-Based',
  ),
  ...NAMED.map(({ id, versions }) =>
    rowRule(
      {
        id: `${id}-no-placeholder`,
        column: id,
        ...(versions && { versions }),
        text: `${id} MUST NOT contain empty strings or placeholder strings for absent values`,
        source: 'Attribute NullHandling',
        todo: 'Leave the cell empty, or give it its value',
      },
      row => !isNull(row, id) && PLACEHOLDER.test(row[id] ?? ''),
    ),
  ),
  ...NULL_WITH.map(([id, other]) =>
    rowRule(
      {
        id: `${id}-null-without-${other}`,
        column: id,
        text: `${id} MUST be null when ${other} is null`,
        source: `Column ${id}, nullability`,
        todo: `Clear ${id}, or give ${other} a value`,
      },
      row => isNull(row, other) && !isNull(row, id),
    ),
  ),
  ...NOT_NULL_WITH.map(([id, other]) =>
    rowRule(
      {
        id: `${id}-not-null-with-${other}`,
        column: id,
        text: `${id} MUST NOT be null when ${other} is not null`,
        source: `Column ${id}, nullability`,
        todo: `Give ${id} a value`,
      },
      row => !isNull(row, other) && isNull(row, id),
    ),
  ),
  ...OF_REGULAR_CHARGES.map(id =>
    rowRule(
      {
        id: `${id}-of-regular-charges`,
        column: id,
        text: `${id} MUST NOT be null when ChargeCategory is "Usage" or "Purchase" and ChargeClass is not "Correction"`,
        source: `Column ${id}, nullability`,
        todo: `Give ${id} a value, or say in ChargeCategory and ChargeClass what the charge is`,
      },
      row => isRegularCharge(row) && isNull(row, id),
    ),
  ),
  rowRule(
    {
      id: 'ConsumedQuantity-of-usage',
      column: 'ConsumedQuantity',
      text: 'ConsumedQuantity MUST NOT be null for usage that is no correction and no unused commitment, and MUST be null when ChargeCategory is not "Usage" or the commitment is "Unused"',
      source: 'Column ConsumedQuantity, nullability',
      todo: 'Give usage its quantity, and only usage',
    },
    row => {
      const isUsage =
        row.ChargeCategory === 'Usage' &&
        row.CommitmentDiscountStatus !== 'Unused';
      return isUsage
        ? isRegularCharge(row) && isNull(row, 'ConsumedQuantity')
        : !isNull(row, 'ConsumedQuantity');
    },
  ),
  rowRule(
    {
      id: 'PricingCategory-committed',
      column: 'PricingCategory',
      text: 'PricingCategory MUST be "Committed" when the charge is subject to a commitment discount and is not its purchase',
      source: 'Column PricingCategory',
      todo: 'Use Committed exactly where CommitmentDiscountId stands',
    },
    row =>
      !isNull(row, 'PricingCategory') &&
      row.ChargeCategory === 'Usage' &&
      (row.PricingCategory === 'Committed') ===
        isNull(row, 'CommitmentDiscountId'),
  ),
  rowRule(
    {
      id: 'CommitmentDiscountStatus-of-usage',
      column: 'CommitmentDiscountStatus',
      text: 'CommitmentDiscountStatus MUST NOT be null when CommitmentDiscountId is not null and ChargeCategory is "Usage"',
      source: 'Column CommitmentDiscountStatus, nullability',
      todo: 'Write Used or Unused',
    },
    row =>
      row.ChargeCategory === 'Usage' &&
      !isNull(row, 'CommitmentDiscountId') &&
      isNull(row, 'CommitmentDiscountStatus'),
  ),
  rowRule(
    {
      id: 'SkuPriceDetails-keys',
      column: 'SkuPriceDetails',
      text: 'Property key MUST begin with the string "x_" unless it is a FOCUS-defined property',
      source: 'Column SkuPriceDetails',
      todo: 'Put x_ in front of the key',
    },
    row =>
      Object.keys(parseObject(row.SkuPriceDetails ?? '{}') ?? {}).some(
        key => !key.startsWith('x_') && !FOCUS_SKU_PROPERTIES.has(key),
      ),
  ),
];

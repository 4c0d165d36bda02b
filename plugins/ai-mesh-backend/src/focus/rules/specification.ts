import { FocusVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SINCE_1_3, UNTIL_1_3 } from './FocusRule';

/** A column as the tables of the Cost and Usage dataset list it. */
interface SpecifiedColumn {
  id: string;
  versions?: readonly FocusVersion[];
}

/** Feature level Mandatory, "Allows nulls: False". */
export const MANDATORY: readonly SpecifiedColumn[] = [
  { id: 'BilledCost' },
  { id: 'BillingAccountId' },
  { id: 'BillingCurrency' },
  { id: 'BillingPeriodEnd' },
  { id: 'BillingPeriodStart' },
  { id: 'ChargeCategory' },
  { id: 'ChargePeriodEnd' },
  { id: 'ChargePeriodStart' },
  { id: 'ContractedCost' },
  { id: 'EffectiveCost' },
  { id: 'HostProviderName', versions: SINCE_1_3 },
  { id: 'InvoiceIssuerName' },
  { id: 'ListCost' },
  { id: 'ProviderName', versions: UNTIL_1_3 },
  { id: 'PublisherName', versions: UNTIL_1_3 },
  { id: 'ServiceCategory' },
  { id: 'ServiceName' },
  { id: 'ServiceProviderName', versions: SINCE_1_3 },
];

/** Feature level Mandatory, "Allows nulls: True". */
export const MANDATORY_NULLABLE = [
  'BillingAccountName',
  'ChargeClass',
  'ChargeDescription',
  'PricingQuantity',
  'PricingUnit',
];

/** Feature level Recommended, but not null where the column is there. */
export const RECOMMENDED_NOT_NULL = ['ChargeFrequency', 'ServiceSubcategory'];

/** Conditional on what a gateway with prices, departments, GPU pools and regions has. */
export const CONDITIONAL: readonly SpecifiedColumn[] = [
  { id: 'AllocatedMethodId', versions: SINCE_1_3 },
  { id: 'AllocatedResourceId', versions: SINCE_1_3 },
  { id: 'AllocatedResourceName', versions: SINCE_1_3 },
  { id: 'AllocatedTags', versions: SINCE_1_3 },
  { id: 'CommitmentDiscountCategory' },
  { id: 'CommitmentDiscountId' },
  { id: 'CommitmentDiscountName' },
  { id: 'CommitmentDiscountQuantity' },
  { id: 'CommitmentDiscountStatus' },
  { id: 'CommitmentDiscountType' },
  { id: 'CommitmentDiscountUnit' },
  { id: 'ConsumedQuantity' },
  { id: 'ConsumedUnit' },
  { id: 'ContractedUnitPrice' },
  { id: 'ListUnitPrice' },
  { id: 'PricingCategory' },
  { id: 'RegionId' },
  { id: 'RegionName' },
  { id: 'ResourceId' },
  { id: 'ResourceName' },
  { id: 'ResourceType' },
  { id: 'SkuId' },
  { id: 'SkuMeter' },
  { id: 'SkuPriceDetails' },
  { id: 'SkuPriceId' },
  { id: 'SubAccountId' },
  { id: 'SubAccountName' },
  { id: 'Tags' },
];

/** Ids and names, in which a placeholder could stand. `HostProviderName` may be "Not Applicable". */
export const NAMED: readonly SpecifiedColumn[] = [
  { id: 'BillingAccountId' },
  { id: 'InvoiceIssuerName' },
  { id: 'ProviderName', versions: UNTIL_1_3 },
  { id: 'PublisherName', versions: UNTIL_1_3 },
  { id: 'ServiceName' },
  { id: 'ServiceProviderName', versions: SINCE_1_3 },
  { id: 'SkuId' },
  { id: 'SubAccountId' },
];

/** Data type Decimal; every one conforms to NumericFormat. */
export const NUMERIC = [
  'BilledCost',
  'CommitmentDiscountQuantity',
  'ConsumedQuantity',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'ListCost',
  'ListUnitPrice',
  'PricingQuantity',
  'x_AvoidedCost',
  'x_EstimatedCost',
  'x_IdleCost',
  'x_RequestCount',
  'x_SplitOriginCost',
  'x_UtilisedCost',
];

/** Data type Date/Time. */
export const TIMES = [
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargePeriodEnd',
  'ChargePeriodStart',
];

/** Value format Unit Format. */
export const UNITS = ['CommitmentDiscountUnit', 'ConsumedUnit', 'PricingUnit'];

/** Value format Key-Value Format. */
export const KEY_VALUES: readonly SpecifiedColumn[] = [
  { id: 'AllocatedTags', versions: SINCE_1_3 },
  { id: 'SkuPriceDetails' },
  { id: 'Tags' },
];

/** Value format "Allowed values". */
export const ALLOWED_VALUES: Record<string, readonly string[]> = {
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  CommitmentDiscountCategory: ['Spend', 'Usage'],
  CommitmentDiscountStatus: ['Used', 'Unused'],
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
  ServiceCategory: [
    'AI and Machine Learning',
    'Analytics',
    'Business Applications',
    'Compute',
    'Databases',
    'Developer Tools',
    'Multicloud',
    'Identity',
    'Integration',
    'Internet of Things',
    'Management and Governance',
    'Media',
    'Migration',
    'Mobile',
    'Networking',
    'Security',
    'Storage',
    'Web',
    'Other',
  ],
};

/** The subcategories of the service categories that are exported, with their one parent. */
export const SUBCATEGORIES: Record<string, readonly string[]> = {
  'AI and Machine Learning': [
    'AI Platforms',
    'Bots',
    'Generative AI',
    'Machine Learning',
    'Natural Language Processing',
    'Other (AI and Machine Learning)',
  ],
  Compute: [
    'Containers',
    'End User Computing',
    'Quantum Compute',
    'Serverless Compute',
    'Virtual Machines',
    'Other (Compute)',
  ],
};

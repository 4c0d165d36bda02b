import { picoUsd, Rate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { focusCharge, gpuSums } from './__testUtils__/focusCharges';
import { exportCharges, readExport } from './__testUtils__/focusFiles';
import { focusColumnsOf } from './focusColumns';
import { splitCharges } from './splitCharges';

async function rowOf(
  charge: Parameters<typeof exportCharges>[0][number],
  version: '1.2' | '1.3' | '1.4' = '1.4',
) {
  const bytes = await exportCharges([charge], { version, format: 'csv' });
  const [row] = (await readExport(bytes, 'csv')).rows;
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null),
  );
}

const SPLIT = splitCharges(
  gpuSums({
    pool: 'h100',
    cost: picoUsd(3_673_000_000_000n),
    seconds: 3_600n,
    gpuSeconds: [3_600n, 3_600n],
    rate: 3_673_000_000_000_000_000n as Rate,
  }),
  { isWhole: true },
);

describe('toFocusRow', () => {
  it('gives a call its columns', async () => {
    await expect(rowOf(focusCharge())).resolves.toEqual({
      BilledCost: '2.5',
      BillingAccountId: 'payable:openai',
      BillingAccountName: 'OpenAI',
      BillingCurrency: 'USD',
      BillingPeriodEnd: '2026-11-01T00:00:00Z',
      BillingPeriodStart: '2026-10-01T00:00:00Z',
      ChargeCategory: 'Usage',
      ChargeDescription: 'Input Tokens of gpt-4o',
      ChargeFrequency: 'Usage-Based',
      ChargePeriodEnd: '2026-10-06T00:00:00Z',
      ChargePeriodStart: '2026-10-05T00:00:00Z',
      ConsumedQuantity: '1000000',
      ConsumedUnit: 'Tokens',
      ContractedCost: '2.5',
      ContractedUnitPrice: '2.5',
      EffectiveCost: '2.5',
      HostProviderName: 'OpenAI',
      InvoiceIssuerName: 'OpenAI',
      ListCost: '2.5',
      ListUnitPrice: '2.5',
      PricingCategory: 'Standard',
      PricingQuantity: '1',
      PricingUnit: '1000000 Tokens',
      ResourceId: 'gpt-4o/openai',
      ResourceName: 'gpt-4o/openai',
      ResourceType: 'Model Deployment',
      ServiceCategory: 'AI and Machine Learning',
      ServiceName: 'OpenAI API',
      ServiceProviderName: 'OpenAI',
      ServiceSubcategory: 'Generative AI',
      SkuId: 'openai/gpt-4o/input',
      SkuMeter: 'Input Tokens',
      SkuPriceDetails: '{"x_PriceKind":"standard","x_ServiceTier":"standard"}',
      SkuPriceId: 'openai/gpt-4o/input/standard',
      SubAccountId: 'group:default/customer-care',
      SubAccountName: 'Customer care',
      Tags: '{"application":"component:default/support-bot","cost_center":"2000","department":"group:default/customer-care"}',
      x_ApplicationId: 'component:default/support-bot',
      x_AvoidedCost: '0',
      x_CostConfidence: 'exact',
      x_EstimatedCost: '0',
      x_KeyId: 'AbCdEfGhIjKl',
      x_ModelName: 'gpt-4o',
      x_PriceVersionId: 'version-1',
      x_RequestCount: '10',
      x_TokenClass: 'input',
      x_TrafficClass: 'production',
    });
  });

  it('keeps the id of a price while its version changes', async () => {
    const later = focusCharge({ about: { priceVersionId: 'version-2' } });
    const [before, after] = [await rowOf(focusCharge()), await rowOf(later)];
    expect(after.SkuPriceId).toBe(before.SkuPriceId);
    expect(after.x_PriceVersionId).not.toBe(before.x_PriceVersionId);
  });

  it('bills what provisioned capacity covers with nothing', async () => {
    const row = await rowOf(
      focusCharge({ about: { serviceTier: 'provisioned' } }),
    );
    expect(row).toMatchObject({
      BilledCost: '0',
      EffectiveCost: '2.5',
      CommitmentDiscountId: 'provisioned/gpt-4o/openai',
      CommitmentDiscountQuantity: '1000000',
      CommitmentDiscountStatus: 'Used',
      PricingCategory: 'Committed',
    });
  });

  it.each([
    [{ estimated: picoUsd(1n) }, 'partly-estimated'],
    [{ estimated: picoUsd(2_500_000_000_000n) }, 'estimated'],
    [{ price: undefined }, 'reported'],
  ])('says how sure a cost is: %#', async (overrides, confidence) => {
    const row = await rowOf(focusCharge(overrides));
    expect(row.x_CostConfidence).toBe(confidence);
  });

  it.each([
    [{ source: 'demo' }, 'demo'],
    [{ servedBecause: 'shadow' }, 'shadow'],
  ] as const)('says what traffic it was: %j', async (about, traffic) => {
    const row = await rowOf(focusCharge({ about }));
    expect(row.x_TrafficClass).toBe(traffic);
  });

  it('makes an adjustment of money that no units stand behind', async () => {
    const row = await rowOf(focusCharge({ quantity: 0n }));
    expect(row).toMatchObject({
      ChargeCategory: 'Adjustment',
      BilledCost: '2.5',
      ListCost: '2.5',
    });
    expect(row).not.toHaveProperty('PricingQuantity');
    expect(row).not.toHaveProperty('SkuPriceId');
  });

  it('names no consumer of a shared machine but in the Allocated columns', async () => {
    const row = await rowOf(SPLIT[0], '1.3');
    expect(row).not.toHaveProperty('SubAccountId');
    expect(row).not.toHaveProperty('Tags');
    expect(row).toMatchObject({
      AllocatedMethodDetails:
        '{"Elements":[{"AllocatedRatio":0.5,"UsageUnit":"GPU-Seconds","UsageQuantity":3600}]}',
      AllocatedMethodId: 'ai-mesh/gpu-time/1/time-slice',
      AllocatedResourceId: 'group:default/team-0',
      AllocatedResourceName: 'Team 0',
      AllocatedTags: '{"department":"group:default/team-0"}',
      ResourceId: 'gpu-pool/h100',
      x_SplitConfidence: 'estimated',
      x_SplitOriginCost: '3.673',
    });
    await expect(rowOf(SPLIT[1], '1.3')).resolves.toMatchObject({
      AllocatedMethodId: 'ai-mesh/gpu-time/1/remainder',
      x_SplitConfidence: 'exact',
    });
  });

  it('charges the consumer itself in 1.2, which has no such columns', async () => {
    const row = await rowOf(SPLIT[0], '1.2');
    expect(row).toMatchObject({
      SubAccountId: 'group:default/team-0',
      Tags: '{"department":"group:default/team-0"}',
      ProviderName: 'Microsoft',
      PublisherName: 'Microsoft',
      InvoiceIssuerName: 'Microsoft',
    });
    expect(
      Object.keys(row).filter(each => each.startsWith('Allocated')),
    ).toEqual([]);
  });

  it.each([
    ['1.2', 62],
    ['1.3', 69],
    ['1.4', 67],
  ] as const)('has the columns of %s', (version, count) => {
    const ids = focusColumnsOf(version).map(({ id }) => id);
    expect(ids).toHaveLength(count);
    expect(ids.includes('ProviderName')).toBe(version !== '1.4');
    expect(ids.includes('HostProviderName')).toBe(version !== '1.2');
  });
});

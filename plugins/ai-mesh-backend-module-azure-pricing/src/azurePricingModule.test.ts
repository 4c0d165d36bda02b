import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  meshPriceSourceExtensionPoint,
  PriceSource,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import azurePricingModule from '.';

async function sourcesOf(azurePricing: object) {
  const sources: PriceSource[] = [];
  const extensionPoint = {
    addPriceSource(source: PriceSource) {
      sources.push(source);
    },
  };
  await startTestBackend({
    extensionPoints: [[meshPriceSourceExtensionPoint, extensionPoint]],
    features: [
      azurePricingModule,
      mockServices.rootConfig.factory({ data: { aiMesh: { azurePricing } } }),
    ],
  });
  return sources.map(each => each.id);
}

it('adds its source when it is enabled, and nothing otherwise', async () => {
  expect(await sourcesOf({ regions: ['westeurope'] })).toEqual([]);
  expect(await sourcesOf({ enabled: true, regions: ['westeurope'] })).toEqual([
    'azure-retail',
  ]);
});

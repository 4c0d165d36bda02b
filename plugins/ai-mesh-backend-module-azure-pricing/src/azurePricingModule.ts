import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { meshPriceSourceExtensionPoint } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { setTimeout as delay } from 'node:timers/promises';
import { AzurePriceSource } from './AzurePriceSource';
import { readAzurePricingConfig } from './readAzurePricingConfig';
import { RetailPricesClient } from './RetailPricesClient';

/** Adds Azure's Retail Prices API to the sources of the price book, when the configuration enables it. @public */
export const azurePricingModule = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'azure-pricing',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        sources: meshPriceSourceExtensionPoint,
      },
      async init({ config, logger, sources }) {
        const settings = readAzurePricingConfig(config);
        if (!settings) return;
        sources.addPriceSource(
          new AzurePriceSource({
            settings,
            client: new RetailPricesClient({
              baseUrl: settings.baseUrl,
              pause: async (ms, signal) => {
                await delay(ms, undefined, { signal });
              },
            }),
            logger,
            now: () => new Date(),
          }),
        );
      },
    });
  },
});

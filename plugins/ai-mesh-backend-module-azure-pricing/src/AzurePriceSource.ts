import { LoggerService } from '@backstage/backend-plugin-api';
import {
  PriceOffer,
  PriceSource,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { toMachineOffers } from './machineOffers';
import { toModelOffers } from './modelOffers';
import { AzurePricingSettings } from './readAzurePricingConfig';
import { RetailItem, RetailPricesClient } from './RetailPricesClient';
import { Unmapped } from './Unmapped';

/** List prices of Azure: models by the token, machines by the hour. */
export class AzurePriceSource implements PriceSource {
  readonly id = 'azure-retail';
  readonly #options: AzurePriceSourceOptions;
  #lastUnmapped: string | undefined;

  constructor(options: AzurePriceSourceOptions) {
    this.#options = options;
  }

  async read(options: { signal?: AbortSignal } = {}): Promise<PriceOffer[]> {
    const { settings, now } = this.#options;
    const unmapped = new Unmapped();
    const shared = { at: now(), unmapped };
    const meters: RetailItem[] = [];
    const machines: PriceOffer[] = [];
    for (const region of settings.regions) {
      const find = (filter: string) =>
        this.#find(
          `armRegionName eq '${region}' and priceType eq 'Consumption' and ${filter}`,
          { ...options, unmapped },
        );
      meters.push(
        // Azure has renamed the service; which name a region has is not told
        ...(await find(
          `(serviceName eq 'Foundry Models' or serviceName eq 'Cognitive Services') and contains(productName, 'OpenAI')`,
        )),
      );
      for (const vmSize of settings.vmSizes) {
        const items = await find(
          `serviceName eq 'Virtual Machines' and armSkuName eq '${vmSize}'`,
        );
        machines.push(...toMachineOffers(items, { ...shared, vmSize }));
      }
    }
    const { models } = settings;
    const offers = toModelOffers(meters, { ...shared, models });
    this.#logOnce(unmapped.describe());
    return [...offers, ...machines];
  }

  async #find(
    filter: string,
    options: { signal?: AbortSignal; unmapped: Unmapped },
  ): Promise<RetailItem[]> {
    const { client } = this.#options;
    const { items, unreadable } = await client.find(filter, options);
    for (let each = 0; each < unreadable; each++) {
      options.unmapped.add('items have another shape', filter);
    }
    // asked for in USD; whatever else came would be booked as if it were
    const inUsd = items.filter(each => each.currencyCode === 'USD');
    for (const { currencyCode } of items) {
      if (currencyCode === 'USD') continue;
      options.unmapped.add('items are in another currency', currencyCode);
    }
    return inUsd;
  }

  /** What cannot be mapped is the same every day: it is logged when it changes. */
  #logOnce(unmapped: string | undefined) {
    if (unmapped !== undefined && unmapped !== this.#lastUnmapped) {
      this.#options.logger.info(
        `Not taken from Azure's price list: ${unmapped}`,
      );
    }
    this.#lastUnmapped = unmapped;
  }
}

/** What an {@link AzurePriceSource} works with. */
export interface AzurePriceSourceOptions {
  settings: Pick<AzurePricingSettings, 'regions' | 'vmSizes' | 'models'>;
  client: Pick<RetailPricesClient, 'find'>;
  logger: LoggerService;
  now: () => Date;
}

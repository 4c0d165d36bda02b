import { decimalText } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceOffer } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { SOURCE } from './modelOffers';
import { RetailItem } from './RetailPricesClient';
import { Unmapped } from './Unmapped';

/** Machines that run something else than Linux, or that Azure rents out as something else. */
const OTHER_PRODUCTS = /Windows|Cloud ?Services|Dedicated Host/i;

/**
 * The prices of machines by the hour, on demand and as spot: `azure-vm/<size>` and `azure-vm/<size>/spot`. A spot
 * machine is what Azure may take away; the older "Low Priority" of batch pools is not offered.
 *
 * @param options - `at`: what begins later is offered from then on
 */
export function toMachineOffers(
  items: readonly RetailItem[],
  options: { vmSize: string; at: Date; unmapped: Unmapped },
): PriceOffer[] {
  const { vmSize, at, unmapped } = options;
  const offers = new Map<string, PriceOffer>();
  const rivals = new Set<string>();
  for (const item of items) {
    if (!isMachine(item, vmSize)) continue;
    if (item.unitOfMeasure !== '1 Hour' || item.tierMinimumUnits > 0) {
      unmapped.add('machines are not priced by the hour', item.meterName);
      continue;
    }
    const isSpot = / Spot$/.test(item.skuName);
    const begin = new Date(item.effectiveStartDate);
    const offer: PriceOffer = {
      priceKey: `azure-vm/${vmSize}${isSpot ? '/spot' : ''}`,
      region: item.armRegionName,
      rates: { 'machine-time': decimalText(item.retailPrice) },
      ...(begin > at && { validFrom: begin.toISOString() }),
      source: SOURCE,
    };
    const id = `${offer.priceKey} ${offer.region} ${offer.validFrom ?? ''}`;
    const known = offers.get(id);
    const isRival =
      known && known.rates['machine-time'] !== offer.rates['machine-time'];
    if (isRival) rivals.add(id);
    offers.set(id, offer);
  }
  for (const id of rivals) {
    unmapped.add('machines have prices that disagree', id.trim());
    offers.delete(id);
  }
  return [...offers.values()];
}

function isMachine(item: RetailItem, vmSize: string): boolean {
  return (
    item.type === 'Consumption' &&
    item.armSkuName === vmSize &&
    !OTHER_PRODUCTS.test(item.productName) &&
    !/ Low Priority$/.test(item.skuName)
  );
}

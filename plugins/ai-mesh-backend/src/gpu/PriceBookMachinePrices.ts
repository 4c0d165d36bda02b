import { parseUnitRate } from '../prices/parseUnitRate';
import { PriceService } from '../prices/PriceService';
import { PriceTimeline } from '../prices/PriceTimeline';
import { MachineKind, MachinePriceAt, MachinePrices } from './MachinePrices';

/** What price keys begin with, by provider. */
const KEY_PREFIX: Record<MachineKind['provider'], string> = {
  azure: 'azure-vm',
};

/** The price book's prices of machines: rates of the class `machine-time`, in the region or everywhere. */
export class PriceBookMachinePrices implements MachinePrices {
  readonly #book: Pick<PriceService, 'history'>;

  constructor(book: Pick<PriceService, 'history'>) {
    this.#book = book;
  }

  async pricesOf(machine: MachineKind): Promise<MachinePriceAt> {
    const { region } = machine;
    const sku = {
      priceKey: priceKeyOf(machine),
      region,
      serviceTier: 'standard',
    } as const;
    const versions = await Promise.all([
      this.#book.history(sku),
      this.#book.history({ ...sku, region: '' }),
    ]);
    const timeline = new PriceTimeline(versions.flat());
    return at => {
      const version = timeline.inForce(sku, at.toISOString());
      const usdPerHour = version?.rates['machine-time'];
      if (version === undefined || usdPerHour === undefined) return undefined;
      const rate = parseUnitRate('machine-time', usdPerHour);
      return { priceVersionId: version.id, rate };
    };
  }
}

const SPOT_ENDING = '/spot';

/** The machine that {@link priceKeyOf} made a key of; undefined for the key of something else. */
export function machineOfPriceKey(
  priceKey: string,
): Pick<MachineKind, 'provider' | 'vmSize' | 'priority'> | undefined {
  const isSpot = priceKey.endsWith(SPOT_ENDING);
  const [prefix, vmSize, ...rest] = priceKey
    .slice(0, isSpot ? -SPOT_ENDING.length : undefined)
    .split('/');
  if (prefix !== KEY_PREFIX.azure || !vmSize || rest.length > 0) {
    return undefined;
  }
  return {
    provider: 'azure',
    vmSize,
    priority: isSpot ? 'spot' : 'on-demand',
  };
}

/** For example `azure-vm/Standard_NC40ads_H100_v5/spot`. */
export function priceKeyOf({
  provider,
  vmSize,
  priority,
}: Pick<MachineKind, 'provider' | 'vmSize' | 'priority'>): string {
  const key = `${KEY_PREFIX[provider]}/${vmSize}`;
  return priority === 'spot' ? `${key}${SPOT_ENDING}` : key;
}

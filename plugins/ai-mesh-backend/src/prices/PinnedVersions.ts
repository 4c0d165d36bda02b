import { BookVersion, providerOf } from './Price';
import { PinnedPrice } from './PriceLookup';
import { PriceStore } from './PriceStore';

/** Far more than the prices of a year have. */
const REMEMBERED = 20_000;

/** The versions that usage is pinned to. None ever changes, so that they may be remembered. */
export class PinnedVersions {
  readonly #store: Pick<PriceStore, 'versions'>;
  readonly #known = new Map<string, PinnedPrice>();

  constructor(store: Pick<PriceStore, 'versions'>) {
    this.#store = store;
  }

  /** Unknown ids are missing in the answer. */
  async of(ids: readonly string[]): Promise<Map<string, PinnedPrice>> {
    const unknown = ids.filter(id => !this.#known.has(id));
    if (unknown.length > 0) {
      if (this.#known.size > REMEMBERED) this.#known.clear();
      for (const each of await this.#store.versions(unknown)) {
        this.#known.set(each.id, toPinned(each));
      }
    }
    const found = new Map<string, PinnedPrice>();
    for (const id of ids) {
      const price = this.#known.get(id);
      if (price) found.set(id, price);
    }
    return found;
  }
}

function toPinned(version: BookVersion): PinnedPrice {
  const { priceKey, region, serviceTier, rates, longContext } = version;
  const { contractId, listVersionId } = version;
  return {
    priceKey,
    provider: providerOf(priceKey),
    region,
    serviceTier,
    rates,
    longContext,
    ...(contractId !== undefined && { contractId }),
    ...(listVersionId !== undefined && { listVersionId }),
  };
}

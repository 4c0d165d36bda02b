import { PinnedPrice } from '../prices/PriceLookup';
import { chargePriceOf, FocusPrices } from './chargePrice';
import { FocusCharge } from './FocusCharge';

/** Reads each price version once in an export. */
export class RememberedPrices {
  readonly #prices: FocusPrices;
  readonly #known = new Map<string, PinnedPrice | undefined>();

  constructor(prices: FocusPrices) {
    this.#prices = prices;
  }

  /** The charges, each with what the price book says of it. */
  async addTo(charges: readonly FocusCharge[]): Promise<FocusCharge[]> {
    await this.#learn(charges.map(({ about }) => about.priceVersionId));
    await this.#learn(
      charges.map(
        ({ about }) => this.#known.get(about.priceVersionId)?.listVersionId,
      ),
    );
    return charges.map(charge => {
      const { priceVersionId } = charge.about;
      const price = this.#known.get(priceVersionId);
      if (!price) return charge;
      const list = this.#known.get(price.listVersionId ?? '');
      return { ...charge, price: chargePriceOf(charge.about, price, list) };
    });
  }

  async #learn(ids: readonly (string | undefined)[]): Promise<void> {
    const unknown = new Set<string>();
    for (const id of ids) if (id && !this.#known.has(id)) unknown.add(id);
    if (unknown.size === 0) return;
    const found = await this.#prices.versionsOf([...unknown]);
    for (const id of unknown) this.#known.set(id, found.get(id));
  }
}

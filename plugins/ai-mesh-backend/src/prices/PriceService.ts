import { LoggerService } from '@backstage/backend-plugin-api';
import { FreshValue } from '../caching/FreshValue';
import { ChangeSignal } from '../changes/ChangeSignal';
import { Price, PriceOffer } from './Price';
import { PriceLookup, Rates } from './PriceLookup';
import { PriceStore } from './PriceStore';

const MAX_AGE_MS = 10_000;

/** What tokens cost, now and at any earlier time. */
export class PriceService implements PriceLookup {
  readonly #store: PriceStore;
  readonly #changes: ChangeSignal;
  readonly #now: () => Date;
  readonly #current: FreshValue<Map<string, Price>>;

  constructor(options: {
    store: PriceStore;
    changes: ChangeSignal;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#changes = options.changes;
    this.#now = options.now;
    this.#current = new FreshValue(() => options.store.validAt(options.now()), {
      what: 'the prices in the database',
      maxAgeMs: MAX_AGE_MS,
      now: options.now,
      logger: options.logger,
    });
  }

  /**
   * The price of a key, such as `openai/gpt-4o`.
   *
   * @param at - now when absent; the present price may be ten seconds old
   * @returns undefined when no price is known; never to be taken as zero
   */
  async current(priceKey: string, at?: Date): Promise<Price | undefined> {
    const prices = at
      ? await this.#store.validAt(at)
      : await this.#current.get();
    return prices.get(priceKey);
  }

  async ratesOf(priceVersionIds: string[]): Promise<Map<string, Rates>> {
    return this.#store.ratesOf(priceVersionIds);
  }

  /**
   * Takes over the offers of price lists. Of two offers for one key the later one holds.
   *
   * @returns how many versions were opened
   */
  async import(offers: readonly PriceOffer[]): Promise<number> {
    const byKey = new Map(offers.map(offer => [offer.priceKey, offer]));
    const opened = await this.#store.take([...byKey.values()], this.#now());
    if (opened > 0) {
      this.#current.expire();
      this.#changes.changed();
    }
    return opened;
  }
}

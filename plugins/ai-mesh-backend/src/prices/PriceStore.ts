import { Price, PriceOffer } from './Price';
import { PriceLookup } from './PriceLookup';

/** The price book. Versions are closed, never changed. */
export interface PriceStore extends PriceLookup {
  /** The prices valid at a moment, by price key. */
  validAt(at: Date): Promise<Map<string, Price>>;

  /**
   * Takes over offers: where rates differ, the present version is closed and a new one opened, both at
   * `at`. What is not offered any more keeps its last price: no price would mean no service.
   *
   * @returns how many versions were opened; none for offers that the book already holds
   */
  take(offers: readonly PriceOffer[], at: Date): Promise<number>;
}

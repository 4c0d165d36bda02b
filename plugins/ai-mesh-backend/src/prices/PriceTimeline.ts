import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BookVersion } from './Price';

/**
 * Versions of prices in memory, and which of them holds when.
 *
 * Of all versions of one price that cover a moment, the one recorded last holds. A contract goes before the
 * list, and then the price of the place before the one for everywhere.
 */
export class PriceTimeline {
  readonly #byKey = new Map<string, BookVersion[]>();
  #lastSequence: number;

  /** @param lastSequence - the largest number given out, where not all versions of the book are here */
  constructor(versions: Iterable<BookVersion> = [], lastSequence = 0) {
    this.#lastSequence = lastSequence;
    for (const version of versions) this.add(version);
  }

  /** The largest number given out so far. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  add(version: BookVersion): void {
    const known = this.#byKey.get(version.priceKey);
    if (known) known.push(version);
    else this.#byKey.set(version.priceKey, [version]);
    this.#lastSequence = Math.max(this.#lastSequence, version.sequence);
  }

  copy(): PriceTimeline {
    return new PriceTimeline(
      [...this.#byKey.values()].flat(),
      this.#lastSequence,
    );
  }

  keys(): string[] {
    return [...this.#byKey.keys()];
  }

  /** Every version of a key, in no order. */
  versionsOf(priceKey: string): readonly BookVersion[] {
    return this.#byKey.get(priceKey) ?? [];
  }

  /** What a price is sold as: the regions and tiers that a key has list or contract prices of. */
  skusOf(priceKey: string): PriceSku[] {
    const skus = new Map<string, PriceSku>();
    for (const { region, serviceTier } of this.versionsOf(priceKey)) {
      skus.set(`${serviceTier} ${region}`, { priceKey, region, serviceTier });
    }
    return [...skus.values()];
  }

  /** The version of exactly this price: of the contract, or of the list when none is named. */
  own(sku: PriceSku, at: string, contractId?: string): BookVersion | undefined {
    return lastRecorded(
      this.versionsOf(sku.priceKey).filter(
        each =>
          isOf(each, sku) && each.contractId === contractId && covers(each, at),
      ),
    );
  }

  /** The version that a call is booked at; undefined when no price is known. */
  inForce(sku: PriceSku, at: string): BookVersion | undefined {
    const { priceKey, serviceTier } = sku;
    const regions = sku.region === '' ? [''] : [sku.region, ''];
    const contracts = this.#contractsOf(priceKey);
    for (const contract of [true, false]) {
      for (const region of regions) {
        const candidates = (contract ? contracts : [undefined]).flatMap(
          id => this.own({ priceKey, serviceTier, region }, at, id) ?? [],
        );
        const version = lastRecorded(
          candidates.filter(each => !each.isWithdrawn),
        );
        if (version) return version;
      }
    }
    return undefined;
  }

  #contractsOf(priceKey: string): string[] {
    const ids = this.versionsOf(priceKey).flatMap(
      each => each.contractId ?? [],
    );
    return [...new Set(ids)];
  }

  /** The list version of this price that was recorded last, whenever it holds. */
  latestListVersion(sku: PriceSku): BookVersion | undefined {
    return lastRecorded(
      this.versionsOf(sku.priceKey).filter(
        each => isOf(each, sku) && each.contractId === undefined,
      ),
    );
  }
}

/** Whether a version is of this price, by list or by contract. */
export function isOf(version: PriceSku, sku: PriceSku): boolean {
  return (
    version.priceKey === sku.priceKey &&
    version.region === sku.region &&
    version.serviceTier === sku.serviceTier
  );
}

/** One text for one price, for maps. */
export function skuId(sku: PriceSku): string {
  return JSON.stringify([sku.priceKey, sku.region, sku.serviceTier]);
}

/** Whether a version is valid at a moment: from its begin on, and no more at its end. */
export function covers(
  version: Pick<BookVersion, 'validFrom' | 'validTo'>,
  at: string,
): boolean {
  return (
    version.validFrom <= at &&
    (version.validTo === undefined || version.validTo > at)
  );
}

function lastRecorded(
  versions: readonly BookVersion[],
): BookVersion | undefined {
  let last: BookVersion | undefined;
  for (const each of versions) {
    if (!last || each.sequence > last.sequence) last = each;
  }
  return last;
}

import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BookVersion } from './Price';
import { discounted, PriceContract } from './PriceContract';
import { isOf, PriceTimeline } from './PriceTimeline';
import { SOURCE_IDS } from './sourceRank';
import { isSameTerms } from './terms';

/** What contracts are written with. */
export interface ContractContext {
  contracts: readonly PriceContract[];
  at: string;
  newId: () => string;
}

const NO_TERMS = { rates: {}, longContext: [] };

/** One price key, as contracts change it. */
export class ContractBook {
  readonly #timeline: PriceTimeline;
  readonly #priceKey: string;
  readonly #context: ContractContext;
  readonly #added: BookVersion[];

  constructor(
    timeline: PriceTimeline,
    priceKey: string,
    context: ContractContext,
    added: BookVersion[],
  ) {
    this.#timeline = timeline;
    this.#priceKey = priceKey;
    this.#context = context;
    this.#added = added;
  }

  apply(contract: PriceContract): void {
    const hasOwnRates = contract.offers.some(
      each => each.priceKey === this.#priceKey,
    );
    if (!hasOwnRates) {
      const listed = this.#versions(undefined).sort(
        (a, b) => a.sequence - b.sequence,
      );
      for (const list of listed) this.#takeOff(list, contract);
    }
    for (const sku of this.#skusOf(contract.id)) this.#trim(sku, contract);
  }

  end(contractId: string): void {
    for (const sku of this.#skusOf(contractId)) {
      this.#withdrawFrom(sku, contractId, this.#context.at);
    }
  }

  /** Records what a discount makes of a list version, unless that stands there. */
  #takeOff(list: BookVersion, contract: PriceContract): void {
    if (!contract.discount) return;
    const validFrom = later(list.validFrom, contract.validFrom);
    const validTo = earlier(list.validTo, contract.validTo);
    if (validTo !== undefined && validTo <= validFrom) return;
    const terms = discounted(list, contract.discount);
    const versions = this.#versions(contract.id);
    const stands = versions.some(
      each =>
        each.listVersionId === list.id &&
        each.validFrom === validFrom &&
        each.validTo === validTo &&
        isSameTerms(each, terms) &&
        !versions.some(
          other =>
            other.sequence > each.sequence &&
            isOf(other, each) &&
            overlaps(other, each) &&
            (other.isWithdrawn || other.listVersionId === list.id),
        ),
    );
    if (stands) return;
    this.#add(list, contract.id, {
      ...terms,
      listVersionId: list.id,
      validFrom,
      ...(validTo !== undefined && { validTo }),
      isWithdrawn: false,
    });
  }

  /** Takes away what an earlier form of the contract covered outside its present time. */
  #trim(sku: PriceSku, { id, validFrom, validTo }: PriceContract): void {
    const early = this.#versions(id)
      .filter(each => isOf(each, sku) && each.validFrom < validFrom)
      .map(each => each.validFrom)
      .filter(moment => this.#isActive(sku, id, moment))
      .sort();
    if (early.length > 0) {
      this.#add(sku, id, {
        ...NO_TERMS,
        validFrom: early[0],
        validTo: validFrom,
        isWithdrawn: true,
      });
    }
    if (validTo !== undefined) this.#withdrawFrom(sku, id, validTo);
  }

  #withdrawFrom(sku: PriceSku, contractId: string, from: string): void {
    const moments = this.#versions(contractId)
      .filter(each => isOf(each, sku) && each.validFrom > from)
      .map(each => each.validFrom);
    const goesOn = [from, ...moments].some(moment =>
      this.#isActive(sku, contractId, moment),
    );
    if (!goesOn) return;
    this.#add(sku, contractId, {
      ...NO_TERMS,
      validFrom: from,
      isWithdrawn: true,
    });
  }

  #isActive(sku: PriceSku, contractId: string, at: string): boolean {
    const version = this.#timeline.own(sku, at, contractId);
    return version !== undefined && !version.isWithdrawn;
  }

  #versions(contractId: string | undefined): BookVersion[] {
    return this.#timeline
      .versionsOf(this.#priceKey)
      .filter(each => each.contractId === contractId);
  }

  #skusOf(contractId: string): PriceSku[] {
    return new PriceTimeline(this.#versions(contractId)).skusOf(this.#priceKey);
  }

  #add(
    { priceKey, region, serviceTier }: PriceSku,
    contractId: string,
    rest: Pick<
      BookVersion,
      | 'rates'
      | 'longContext'
      | 'validFrom'
      | 'validTo'
      | 'listVersionId'
      | 'isWithdrawn'
    >,
  ): void {
    const version: BookVersion = {
      id: this.#context.newId(),
      priceKey,
      region,
      serviceTier,
      contractId,
      sourceId: SOURCE_IDS.contract,
      source: `contract ${contractId}`,
      ...rest,
      recordedAt: this.#context.at,
      sequence: this.#timeline.lastSequence + 1,
    };
    this.#timeline.add(version);
    this.#added.push(version);
  }
}

function overlaps(
  a: Pick<BookVersion, 'validFrom' | 'validTo'>,
  b: Pick<BookVersion, 'validFrom' | 'validTo'>,
): boolean {
  return (
    (a.validTo === undefined || a.validTo > b.validFrom) &&
    (b.validTo === undefined || b.validTo > a.validFrom)
  );
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function earlier(a: string | undefined, b: string | undefined) {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

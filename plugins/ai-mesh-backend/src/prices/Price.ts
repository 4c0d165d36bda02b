import {
  PriceProposal,
  PriceRates,
  PriceSku,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Rates } from './PriceLookup';

/** Rates that hold for the whole request when its input is longer than a threshold. */
export interface LongContextRates {
  aboveInputTokens: number;
  rates: PriceRates;
}

/** What a price says, without what it is of and when it holds. */
export interface PriceTerms {
  /** Decimal US dollars per unit, in the one form of `formatRate`, so that equal rates are equal text. */
  rates: PriceRates;
  /** By rising threshold. */
  longContext: readonly LongContextRates[];
}

/** Where a price comes from: who says it, and how that is called for people. */
export interface PriceOrigin {
  /** `bundled`, `configuration`, `file`, `upload`, `contract`, or the id of a module's source. */
  sourceId: string;
  /** For people: `genai-prices 0.1.8`. */
  source: string;
}

/** A price as a price list, a person or the configuration says it, checked. Times are ISO 8601 in UTC. */
export interface PriceOffer extends PriceSku, PriceTerms, PriceOrigin {
  /** Absent: a list price. */
  contractId?: string;
  /** Absent: from when it is taken. */
  validFrom?: string;
  /** Absent: until another one holds. */
  validTo?: string;
}

/** A version in the price book. It never changes; of all that cover a moment the one recorded last holds. */
export interface BookVersion extends PriceSku, PriceTerms, PriceOrigin {
  id: string;
  contractId?: string;
  listVersionId?: string;
  /** From here on the contract has no price. */
  isWithdrawn: boolean;
  validFrom: string;
  validTo?: string;
  recordedAt: string;
  /** The order in which versions were recorded, by whichever replica. */
  sequence: number;
}

/** A change that waits for a person, or waited. */
export interface Proposal extends PriceOffer {
  id: string;
  state: PriceProposal['state'];
  presentVersionId?: string;
  changedClass: PriceProposal['changedClass'];
  factor?: string;
  proposedBy?: string;
  proposedAt: string;
  decidedBy?: string;
  decidedAt?: string;
  reason?: string;
  versionId?: string;
}

/** What a gateway needs of a price: the classes of a call only. */
export interface CallPrice {
  priceVersionId: string;
  rates: Rates;
  longContext: { aboveInputTokens: number; rates: Rates }[];
}

/** The price of a model that holds at a moment and a place, with the other tiers of service it is sold in. */
export interface Price extends CallPrice {
  priceKey: string;
  source: string;
  serviceTiers: Partial<Record<Exclude<ServiceTier, 'standard'>, CallPrice>>;
}

/** The provider of a key such as `azure/gpt-4o`. */
export function providerOf(priceKey: string): string {
  return priceKey.split('/', 1)[0];
}

import { PriceOutcome } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BookVersion, PriceOffer } from './Price';
import { isOf, PriceTimeline } from './PriceTimeline';
import { sourceRank } from './sourceRank';
import { findRateJump, isSameTerms, RateJump } from './terms';

/** What becomes of one offer. */
export interface PlannedChange {
  offer: PriceOffer;
  outcome: PriceOutcome;
  /** What holds at its begin, or else what it is compared with. */
  present?: BookVersion;
  /** Why it waits. */
  jump?: RateJump;
  /** The version that it becomes, when it is taken; that of the price before, where it goes on while this one waits. */
  version?: BookVersion;
}

/** What a plan is made from. */
export interface PlanContext {
  /** The book as it is. It is not changed. */
  timeline: PriceTimeline;
  at: string;
  newId: () => string;
  /** Whether the source of a version still offers it; where it does not, any source may take over. */
  stillOffers: (version: BookVersion) => boolean;
}

/**
 * Decides what becomes of offers, without doing it: the same for an import, for its preview and for tests.
 *
 * Offers are taken by the rank of their source, then in their order, each against what those before it left.
 */
export function planImport(
  offers: readonly PriceOffer[],
  context: PlanContext,
): PlannedChange[] {
  const timeline = context.timeline.copy();
  const ordered = offers
    .map((offer, index) => ({ offer, index }))
    .sort(
      (a, b) =>
        sourceRank(b.offer.sourceId) - sourceRank(a.offer.sourceId) ||
        a.index - b.index,
    );
  return latestOfEach(ordered.map(each => each.offer)).map(offer => {
    const change = plan(offer, { ...context, timeline });
    const recorded = recordedOffer(change);
    if (!recorded) return change;
    const version = toVersion(recorded, {
      id: context.newId(),
      at: context.at,
      sequence: timeline.lastSequence + 1,
    });
    timeline.add(version);
    return { ...change, version };
  });
}

/**
 * What of a change is recorded. Where the price before ends as a change that waits would begin, it goes on in the
 * meantime: no price would mean no service.
 */
function recordedOffer({
  offer,
  outcome,
  present,
}: PlannedChange): PriceOffer | undefined {
  if (outcome === 'new' || outcome === 'changed') return offer;
  const { validFrom } = offer;
  if (outcome !== 'waiting' || validFrom === undefined) return undefined;
  const endsBefore =
    present?.validTo !== undefined && present.validTo <= validFrom;
  const isSamePrice =
    present && isOf(present, offer) && present.contractId === offer.contractId;
  if (!endsBefore || !isSamePrice) return undefined;
  const { rates, longContext, sourceId, source } = present;
  return { ...offer, rates, longContext, sourceId, source };
}

/** Of two offers of one source for the same price from the same moment on, the later one holds. */
function latestOfEach(offers: readonly PriceOffer[]): PriceOffer[] {
  const latest = new Map<string, PriceOffer>();
  for (const offer of offers) {
    const { priceKey, region, serviceTier, contractId, sourceId } = offer;
    const id = JSON.stringify([
      [priceKey, region, serviceTier, contractId ?? null, sourceId],
      offer.validFrom ?? null,
    ]);
    latest.set(id, offer);
  }
  return [...latest.values()];
}

function plan(offer: PriceOffer, context: PlanContext): PlannedChange {
  const { timeline, at } = context;
  const from = offer.validFrom ?? at;
  const held = timeline.own(offer, from, offer.contractId);
  const present = held?.isWithdrawn ? undefined : held;
  if (present) {
    if (isOutranked(offer, present, context)) {
      return { offer, outcome: 'outranked', present };
    }
    const isHeld =
      isSameTerms(present, offer) &&
      present.validTo === offer.validTo &&
      sourceRank(present.sourceId) >= sourceRank(offer.sourceId);
    if (isHeld) return { offer, outcome: 'unchanged', present };
  }
  const compared = present ?? comparableTo(offer, from, timeline);
  const jump = compared && findRateJump(compared, offer);
  if (jump) return { offer, outcome: 'waiting', present: compared, jump };
  const outcome = present ? 'changed' : 'new';
  return { offer, outcome, present: compared };
}

/** What a price is measured against that holds nothing yet at its begin. */
function comparableTo(
  offer: PriceOffer,
  from: string,
  timeline: PriceTimeline,
): BookVersion | undefined {
  return timeline.inForce(offer, from) ?? timeline.latestListVersion(offer);
}

/** A source of a lower rank changes nothing, as long as the one before it still offers the price. */
function isOutranked(
  offer: PriceOffer,
  present: BookVersion,
  context: PlanContext,
): boolean {
  if (present.sourceId === offer.sourceId) return false;
  const isBelow = sourceRank(present.sourceId) >= sourceRank(offer.sourceId);
  return isBelow && context.stillOffers(present);
}

/** The version that an offer becomes. */
export function toVersion(
  offer: PriceOffer,
  options: { id: string; at: string; sequence: number },
): BookVersion {
  const { rates, longContext, validTo, contractId } = offer;
  return {
    id: options.id,
    priceKey: offer.priceKey,
    region: offer.region,
    serviceTier: offer.serviceTier,
    sourceId: offer.sourceId,
    source: offer.source,
    rates,
    longContext,
    ...(contractId !== undefined && { contractId }),
    validFrom: offer.validFrom ?? options.at,
    ...(validTo !== undefined && { validTo }),
    isWithdrawn: false,
    recordedAt: options.at,
    sequence: options.sequence,
  };
}

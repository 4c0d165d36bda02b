import { PriceOffer, Proposal } from './Price';
import { PlannedChange } from './planImport';
import { isOf } from './PriceTimeline';
import { ProposalDecision } from './PriceStore';
import { SOURCE_IDS } from './sourceRank';
import { isSameTerms } from './terms';

/** What an import does to the proposals. */
export interface ProposalChanges {
  added: Proposal[];
  decisions: ProposalDecision[];
}

/**
 * Writes down what must wait. A source that says the same again waits only once, also after it was rejected;
 * what a person uploads again is asked again. What a source said before and says no more is superseded.
 *
 * @param known - the proposals of these prices that wait or were rejected
 */
export function proposeChanges(
  changes: readonly PlannedChange[],
  known: readonly Proposal[],
  options: { at: string; by?: string; newId: () => string },
): ProposalChanges {
  const { at, by, newId } = options;
  const waiting = changes.filter(each => each.outcome === 'waiting');
  const decisions = known
    .filter(
      each =>
        each.state === 'waiting' &&
        changes.some(({ offer }) => isOfferedBySame(each, offer)) &&
        !waiting.some(({ offer }) => isSameOffer(each, offer)),
    )
    .map(
      ({ id }): ProposalDecision => ({
        id,
        state: 'superseded',
        decidedAt: at,
      }),
    );
  const added = waiting.flatMap(({ offer, present, jump }): Proposal[] => {
    const isAsked = known.some(
      each => isSameOffer(each, offer) && !mayAskAgain(each),
    );
    if (!jump || isAsked) return [];
    return [
      {
        ...offer,
        id: newId(),
        state: 'waiting',
        presentVersionId: present?.id,
        ...jump,
        proposedBy: by,
        proposedAt: at,
      },
    ];
  });
  return { added, decisions };
}

/** Who uploads again what was rejected means it; a source only repeats itself. */
function mayAskAgain(proposal: Proposal): boolean {
  return (
    proposal.state === 'rejected' && proposal.sourceId === SOURCE_IDS.upload
  );
}

function isOfferedBySame(a: PriceOffer, b: PriceOffer): boolean {
  return (
    isOf(a, b) && a.contractId === b.contractId && a.sourceId === b.sourceId
  );
}

function isSameOffer(a: PriceOffer, b: PriceOffer): boolean {
  return (
    isOfferedBySame(a, b) &&
    isSameTerms(a, b) &&
    a.validFrom === b.validFrom &&
    a.validTo === b.validTo
  );
}

/** The price of a proposal, as the version that it becomes says it. */
export function offerOf(proposal: Proposal): PriceOffer {
  const { rates, longContext, validFrom, validTo, contractId } = proposal;
  return {
    priceKey: proposal.priceKey,
    region: proposal.region,
    serviceTier: proposal.serviceTier,
    contractId,
    rates,
    longContext,
    validFrom,
    validTo,
    sourceId: proposal.sourceId,
    source: proposal.source,
  };
}

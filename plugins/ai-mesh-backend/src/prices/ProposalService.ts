import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { PriceProposal } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { randomUUID } from 'node:crypto';
import { toVersion } from './planImport';
import { Proposal } from './Price';
import { PriceService } from './PriceService';
import { PriceStore } from './PriceStore';
import { offerOf } from './proposals';
import { toPriceVersion } from './toPriceVersion';

/** Who looks, and what they may do. */
export interface Reviewer {
  /** Entity reference, or the name of a service. */
  subject: string;
  mayReview: boolean;
}

/** The changes of prices that wait for a person. */
export class ProposalService {
  readonly #store: PriceStore;
  readonly #prices: PriceService;

  constructor(options: { store: PriceStore; prices: PriceService }) {
    this.#store = options.store;
    this.#prices = options.prices;
  }

  async list(
    query: { state?: Proposal['state']; offset: number; limit: number },
    reviewer: Reviewer,
  ): Promise<{ items: PriceProposal[]; total: number }> {
    const { items, total } = await this.#store.proposals(query);
    return { items: await this.#describe(items, reviewer), total };
  }

  /**
   * Takes a price over. Without a begin of its own it holds from now on.
   *
   * @throws NotAllowedError when the same person uploaded it
   * @throws ConflictError when it does not wait any more
   */
  async approve(
    id: string,
    decision: { reason: string; reviewer: Reviewer },
  ): Promise<PriceProposal> {
    const { priceKey, proposedBy } = await this.#find(id);
    const { reason, reviewer } = decision;
    if (proposedBy === reviewer.subject) {
      throw new NotAllowedError(
        'You uploaded this price: somebody else has to approve it',
      );
    }
    await this.#prices.change([priceKey], (view, at) => {
      const version = toVersion(offerOf(waitingOf(view.proposals, id)), {
        id: randomUUID(),
        at,
        sequence: view.lastSequence + 1,
      });
      return {
        versions: [version],
        proposals: [],
        decisions: [
          {
            id,
            state: 'approved',
            decidedAt: at,
            decidedBy: reviewer.subject,
            reason,
            versionId: version.id,
          },
        ],
      };
    });
    return this.#get(id, reviewer);
  }

  /**
   * Leaves the price as it is.
   *
   * @throws ConflictError when it does not wait any more
   */
  async reject(
    id: string,
    decision: { reason: string; reviewer: Reviewer },
  ): Promise<PriceProposal> {
    const { priceKey } = await this.#find(id);
    const { reason, reviewer } = decision;
    await this.#prices.change([priceKey], (view, at) => ({
      versions: [],
      proposals: [],
      decisions: [
        {
          id: waitingOf(view.proposals, id).id,
          state: 'rejected',
          decidedAt: at,
          decidedBy: reviewer.subject,
          reason,
        },
      ],
    }));
    return this.#get(id, reviewer);
  }

  async #get(id: string, reviewer: Reviewer): Promise<PriceProposal> {
    const [described] = await this.#describe([await this.#find(id)], reviewer);
    return described;
  }

  async #find(id: string): Promise<Proposal> {
    const proposal = await this.#store.proposal(id);
    if (!proposal) throw new NotFoundError('There is no such price change');
    return proposal;
  }

  async #describe(
    proposals: readonly Proposal[],
    { subject, mayReview }: Reviewer,
  ): Promise<PriceProposal[]> {
    const ids = proposals.flatMap(each => each.presentVersionId ?? []);
    const versions = await this.#store.versions([...new Set(ids)]);
    const byId = new Map(versions.map(each => [each.id, each]));
    return proposals.map(({ sourceId: _, presentVersionId, ...rest }) => {
      const present = byId.get(presentVersionId ?? '');
      const mayDecide = mayReview && rest.state === 'waiting';
      return {
        ...rest,
        longContext: [...rest.longContext],
        ...(present && { present: toPriceVersion(present) }),
        canApprove: mayDecide && rest.proposedBy !== subject,
        canReject: mayDecide,
      };
    });
  }
}

function waitingOf(proposals: readonly Proposal[], id: string): Proposal {
  const proposal = proposals.find(
    each => each.id === id && each.state === 'waiting',
  );
  if (proposal) return proposal;
  throw new ConflictError(
    'This price change does not wait any more; read the list again',
  );
}

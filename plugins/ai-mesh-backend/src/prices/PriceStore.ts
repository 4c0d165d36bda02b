import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BookVersion, Proposal } from './Price';
import { BackDatedChange } from './PriceChangeListener';

/** What a change of the book was decided on. */
export interface BookView {
  /** Every version of the keys that were asked for. */
  versions: BookVersion[];
  /** Every proposal for these keys that waits or was rejected. */
  proposals: Proposal[];
  /** The largest number that any version of the book has. */
  lastSequence: number;
}

/** What is to be written. */
export interface BookChange<T> {
  versions: readonly BookVersion[];
  proposals: readonly Proposal[];
  /** Proposals that are decided or superseded. */
  decisions: readonly ProposalDecision[];
  restatements: readonly BackDatedChange[];
  result: T;
}

/** How a proposal ended. */
export interface ProposalDecision {
  id: string;
  state: Proposal['state'];
  decidedAt: string;
  decidedBy?: string;
  reason?: string;
  versionId?: string;
}

/** The price book. Versions are added, never changed and never removed. */
export interface PriceStore {
  /**
   * The versions that hold at a moment, one for each price and contract.
   *
   * @param options - `asOf`: as it was known then; now when absent
   */
  validAt(at: Date, options?: { asOf?: Date }): Promise<BookVersion[]>;

  /** Unknown ids are missing in the answer. */
  versions(ids: readonly string[]): Promise<BookVersion[]>;

  /** All versions of one price, recorded last first. */
  history(sku: PriceSku): Promise<BookVersion[]>;

  /**
   * Changes the book. Nobody else changes it between what `decide` sees and what is written, on whichever
   * replica.
   *
   * @param options - `keys`: the prices that `decide` sees; all of them when absent
   * @param decide - free of effects: it may run more than once
   */
  change<T>(
    options: { keys?: readonly string[] },
    decide: (view: BookView) => BookChange<T>,
  ): Promise<T>;

  proposal(id: string): Promise<Proposal | undefined>;

  /** Offered last first. */
  proposals(options: {
    state?: Proposal['state'];
    offset: number;
    limit: number;
  }): Promise<{ items: Proposal[]; total: number }>;

  /** What nobody confirmed to have heard yet, in the order in which it was recorded. */
  openRestatements(limit: number): Promise<BackDatedChange[]>;

  closeRestatement(id: string, at: Date): Promise<void>;
}

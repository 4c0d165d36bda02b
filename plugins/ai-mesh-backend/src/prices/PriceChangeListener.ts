import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A time in the past that a version recorded now re-prices. */
export interface BackDatedChange extends PriceSku {
  /** The same whenever it is told: who hears of it twice acts once. */
  id: string;
  /** ISO 8601 in UTC. */
  from: string;
  /** Exclusive; at most when the version was recorded. */
  to: string;
  /** The version that holds in this time from now on. */
  versionId: string;
  /**
   * The version that held in this time before: what was booked at it, in this region where one is named, is
   * to be restated. Absent: no price was known.
   */
  replacedVersionId?: string;
}

/** Hears of prices that reach back. */
export interface PriceChangeListener {
  /**
   * Called after the price is committed, and again after a failure or a crash: at least once.
   *
   * @throws whatever went wrong; it is told again later
   */
  onBackDated(change: BackDatedChange): Promise<void>;
}

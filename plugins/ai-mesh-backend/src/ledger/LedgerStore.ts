import { LedgerLine } from './LedgerLine';

/** Keeps the ledger, its roll-ups and the balances of budgets, which always agree with each other. */
export interface LedgerStore {
  /**
   * Books every line at most once, and says which ones were new. Lines, roll-ups and budgets change
   * together or not at all.
   *
   * @returns the lines that were not there before, in the order given
   */
  book(lines: readonly LedgerLine[]): Promise<LedgerLine[]>;
}

/**
 * What money moves between. `expense`: what a department used. `payable`: what is owed to a provider. `clearing`:
 * cost that is shared before it is charged. `suspense`: cost whose department, price or key nobody knows yet, by the
 * reason.
 */
export type AccountKind = 'expense' | 'payable' | 'clearing' | 'suspense';

/** An account of the ledger. */
export interface Account {
  kind: AccountKind;
  /** A department's entity reference, a provider, a pool, or a reason; by kind. */
  owner: string;
}

/** Why a cost stands in suspense. Each has an account of its own, so that none is overlooked. */
export type SuspenseReason =
  /** No rate was known to check the cost with; the gateway's own was booked. */
  | 'unknown-price'
  /** The key is not, or no longer, on record. */
  | 'unknown-key'
  /** The department is not, or no longer, in the catalog. */
  | 'unknown-department';

/** What a department used. */
export function expenseOf(departmentRef: string): Account {
  return { kind: 'expense', owner: departmentRef };
}

/** What is owed to a provider, such as `openai`. */
export function payableTo(provider: string): Account {
  return { kind: 'payable', owner: provider };
}

/** Where a cost waits until somebody has found out whose it is. */
export function suspenseFor(reason: SuspenseReason): Account {
  return { kind: 'suspense', owner: reason };
}

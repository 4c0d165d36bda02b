import {
  ChargeClass,
  PicoUsd,
  ServedBecause,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Account } from './accounts';
import { LineFlag } from './lineFlags';

/** Whether usage happened, or was made up to show something. */
export type UsageSource = 'live' | 'demo';

/** All that a line is about but its amounts and times. Lines that are about the same are summed up together. */
export interface LineAbout {
  departmentRef: string;
  costCentre?: string;
  /** Entity reference; empty where no application is known, as for a machine. */
  applicationRef: string;
  /** Id of the gateway key; empty where there was none. */
  keyId: string;
  /** The model that served, or what was used in its place, such as a size of machine. */
  model: string;
  /** The model that was asked for, where it was another one. */
  requestedModel?: string;
  servedBecause: ServedBecause;
  targetId: string;
  /** Who sends the invoice, as the price book names it. */
  provider: string;
  /** Empty where the price does not depend on it. */
  region: string;
  serviceTier: ServiceTier;
  chargeClass: ChargeClass;
  priceVersionId: string;
  /** The threshold beyond which the version's rates for long prompts hold, in tokens; absent: its base rates. */
  aboveInputTokens?: number;
  source: UsageSource;
  /** Where the amount goes to. */
  debit: Account;
  /** Where the amount comes from. */
  credit: Account;
}

/**
 * One line of the ledger: what the units of one class cost in one attempt, moved from one account to another.
 * Never changed, never deleted: a correction is a further line.
 */
export interface LedgerLine extends LineAbout {
  requestId: string;
  attempt: number;
  /** Position in its usage record; the request and what it saved are counted at 0. */
  lineNo: number;
  /** 0 as first booked; a correction is a new line with the next revision. */
  revision: number;
  /** When it happened, which decides the period: it may be booked much later. */
  occurredAt: Date;
  /** The departments whose budgets it counts against, from its own to the root; none for what no budget pays. */
  departmentPath: readonly string[];
  /** Tokens, pictures, seconds …, by the class; below zero in a reversal. */
  quantity: bigint;
  /** Below zero in a reversal. */
  cost: PicoUsd;
  /** What the attempt saved. All of it stands on its first line; the others have none. */
  avoided: PicoUsd;
  flags: readonly LineFlag[];
  leaseId?: string;
  replicaId?: string;
}

/** What makes a line the same line when it comes again. */
export function lineKeyOf(
  line: Pick<LedgerLine, 'requestId' | 'attempt' | 'lineNo' | 'revision'>,
): string {
  return `${line.requestId}/${line.attempt}/${line.lineNo}/${line.revision}`;
}

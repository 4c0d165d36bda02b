import {
  KeyId,
  PicoUsd,
  ServedBecause,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Whether usage happened, or was made up to show something. */
export type UsageSource = 'live' | 'demo';

/** What was odd about a line, for people who look into a difference. */
export type LineFlag =
  /** The gateway had computed another cost; the control plane's was booked. */
  | 'cost-mismatch'
  /** No rate is known to check with; the gateway's cost was booked. */
  | 'unknown-price'
  /** The lease did not cover the cost, or not all of it. */
  | 'overrun'
  /** The lease is not known, or is another department's. */
  | 'unknown-lease';

/** One line of the ledger: what the tokens of one class cost in one attempt. Never changed, never deleted. */
export interface LedgerLine {
  requestId: string;
  attempt: number;
  /** Position in its usage record; the request and what it saved are counted at 0. */
  lineNo: number;
  /** 0 as first booked; a correction is a new line with the next revision. */
  revision: number;
  /** When it happened, which decides the period: it may be booked much later. */
  occurredAt: Date;
  keyId: KeyId;
  applicationRef: string;
  departmentRef: string;
  /** The department and each one above it, when it was booked. */
  departmentPath: readonly string[];
  costCentre?: string;
  /** The model that served. */
  model: string;
  /** The model that was asked for, where it was another one. */
  requestedModel?: string;
  servedBecause: ServedBecause;
  targetId: string;
  tokenClass: TokenClass;
  tokens: bigint;
  priceVersionId: string;
  cost: PicoUsd;
  /** What the attempt saved. All of it stands on its first line; the others have none. */
  avoided: PicoUsd;
  source: UsageSource;
  estimated: boolean;
  flags: readonly LineFlag[];
  leaseId?: string;
  replicaId?: string;
}

/** What makes a line the same line when it comes again. */
export function lineKeyOf(
  line: Pick<LedgerLine, 'requestId' | 'attempt' | 'lineNo' | 'revision'>,
): string {
  return `${line.attempt}/${line.lineNo}/${line.revision}/${line.requestId}`;
}

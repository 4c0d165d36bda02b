import { createExtensionPoint } from '@backstage/backend-plugin-api';
import {
  ChargeClass,
  ServedBecause,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/**
 * What a line of the ledger is about: all but ids, amounts and times. Never a secret, never a prompt.
 *
 * @public
 */
export interface SinkLineAbout {
  /** Entity reference of the Group that pays. */
  departmentRef: string;
  /** Empty where the department has none. */
  costCentre: string;
  /** Entity reference of the Component; empty where no application is known, as for a machine. */
  applicationRef: string;
  /** Id of the gateway key, never its secret; empty where there was none. */
  keyId: string;
  /** The model that served, or what was used in its place, such as a size of machine. */
  model: string;
  /** The model that was asked for; empty where it is the one that served. */
  requestedModel: string;
  servedBecause: ServedBecause;
  targetId: string;
  /** Who sends the invoice, as the price book names it. */
  provider: string;
  /** Empty where the price does not depend on it. */
  region: string;
  /** What the provider bills the call as. */
  serviceTier: ServiceTier;
  /** Decides the unit of `quantity`: tokens, pictures, seconds … */
  chargeClass: ChargeClass;
  priceVersionId: string;
  /** `demo`: made up to show something. */
  source: 'live' | 'demo';
  /** Where the amount goes to, as `<kind>:<owner>`: `expense:group:default/research`. */
  debitAccount: string;
  /** Where the amount comes from: `payable:openai`. */
  creditAccount: string;
}

/**
 * A booked line of the ledger, flat: every field is always there, and empty text stands for none. A later version
 * may add fields; `version` changes when one changes its meaning or goes.
 *
 * @public
 */
export interface SinkLine extends SinkLineAbout {
  version: 1;
  /** `<requestId>/<attempt>/<lineNo>/<revision>`: the same each time that the line is sent. */
  id: string;
  requestId: string;
  attempt: number;
  /** Position in its attempt. */
  lineNo: number;
  /** 0 as first booked; a correction is a new line with the next revision. */
  revision: number;
  /** When it happened; ISO 8601 in UTC, as all times here. */
  occurredAt: string;
  /** The time for which it counts in every report: `occurredAt`, unless that month was closed or cannot be true. */
  postedAt: string;
  bookedAt: string;
  /** 1 on the line at which its call is counted, otherwise 0: their sum is the number of calls. */
  calls: 0 | 1;
  /** A whole number as text; below zero in a reversal. */
  quantity: string;
  /** Pico-USD (1e-12 US dollars), a whole number as text; below zero in a reversal. */
  costPicoUsd: string;
  /** What the call saved, pico-USD as text; stands on the first line of an attempt. */
  avoidedPicoUsd: string;
  /** What was odd, such as `estimated`, `late` or `unknown-price`. */
  flags: string[];
  /** The gateway that sent it; empty for what none did. */
  replicaId: string;
}

/** Where booked lines are copied to. The ledger stays what budgets and reports are made of. @public */
export interface UsageSink {
  /** Never changes, such as `clickhouse`: what was sent is remembered under it. */
  readonly id: string;
  /**
   * Takes lines that were booked. When it resolves, they are kept for good: they do not come again unless the
   * portal is killed at that moment.
   *
   * Lines come at least once, in the order of booking. Those of one call that failed come again as one call, the
   * same lines in the same order, before any other; so the ids of a call can tell a repetition.
   *
   * @param options - `signal`: aborted when it takes too long, or the portal stops
   * @throws when they could not all be taken; they come again, for ever
   */
  write(
    lines: readonly SinkLine[],
    options: { signal: AbortSignal },
  ): Promise<void>;
}

/** Lets a module add {@link UsageSink}s. @public */
export interface MeshUsageSinkExtensionPoint {
  /** @throws Error when there is a sink of this id already */
  addSink(sink: UsageSink): void;
}

/** @public */
export const meshUsageSinkExtensionPoint =
  createExtensionPoint<MeshUsageSinkExtensionPoint>({
    id: 'ai-mesh.usage-sinks',
  });

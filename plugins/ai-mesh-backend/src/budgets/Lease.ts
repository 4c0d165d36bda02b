import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Period } from './period';

/** Money taken from every budget on the way to the root, for one gateway to hold calls against. */
export interface Lease {
  id: string;
  replicaId: string;
  departmentRef: string;
  period: Period;
  /** The department and each one above it when the lease was granted: where the money came from. */
  path: readonly string[];
  granted: PicoUsd;
  /** Costs that the lease has covered. */
  booked: PicoUsd;
  /** Held on after the release, for calls whose end nobody saw. */
  kept: PicoUsd;
  state: 'open' | 'released';
  expiresAt: Date;
}

/** What a lease still takes from the budgets, in pico-USD. */
export function heldBy(lease: Lease): bigint {
  return lease.state === 'open' ? lease.granted - lease.booked : lease.kept;
}

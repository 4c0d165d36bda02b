import { BudgetScope, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Period } from './BudgetCalendar';

/** Money taken from every budget of a scope, for one gateway to hold calls against. */
export interface Lease {
  id: string;
  replicaId: string;
  scope: BudgetScope;
  period: Period;
  /** The nodes that it was taken from: what is given back goes there, whatever the tree looks like by then. */
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

/** Whether a call may be booked on a lease: the lease's scope holds it. */
export function covers(
  scope: BudgetScope,
  call: { departmentRef: string; applicationRef: string; keyId: string },
): boolean {
  return (
    scope.departmentRef === call.departmentRef &&
    (scope.applicationRef ?? call.applicationRef) === call.applicationRef &&
    (scope.keyId ?? call.keyId) === call.keyId
  );
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What the journal knows of a lease. */
export interface LeaseFacts {
  released: boolean;
  /** Whether its watermark is above zero: calls of it may have been at a provider. */
  inFlight: boolean;
}

/**
 * What is left to do for a lease of a former life.
 *
 * - `keep-in-flight`: it goes back, except for what its calls may have had at providers
 * - `hand-back`: it goes back
 * - `forget`: nothing
 */
export type LeaseDuty = 'keep-in-flight' | 'hand-back' | 'forget';

interface Row {
  id: string;
  when: Record<keyof LeaseFacts, boolean | 'any'>;
  duty: LeaseDuty;
}

/** Exactly one row fits any facts of a lease. */
export const LEASE_RECOVERY: readonly Row[] = [
  { id: 'L1', when: { released: true, inFlight: 'any' }, duty: 'forget' },
  {
    id: 'L2',
    when: { released: false, inFlight: true },
    duty: 'keep-in-flight',
  },
  { id: 'L3', when: { released: false, inFlight: false }, duty: 'hand-back' },
];

/** Whether a row of the table fits. */
export function fits({ when }: Pick<Row, 'when'>, facts: LeaseFacts): boolean {
  return (
    (when.released === 'any' || when.released === facts.released) &&
    (when.inFlight === 'any' || when.inFlight === facts.inFlight)
  );
}

/** Looks the duty up in {@link LEASE_RECOVERY}. */
export function leaseDuty(facts: LeaseFacts): LeaseDuty {
  const found = LEASE_RECOVERY.find(row => fits(row, facts));
  invariant(found !== undefined, 'no row of the recovery table fits');
  return found.duty;
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What the journal knows of a call. Of one whose end nobody saw it knows nothing: its lease stands for it. */
export interface CallFacts {
  settled: boolean;
  acknowledged: boolean;
}

/**
 * What is left to do for a call, in this life of the gateway or the next.
 *
 * - `deliver`: its usage is known and the control plane does not have it
 * - `forget`: nothing
 */
export type CallDuty = 'deliver' | 'forget';

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

type Cell = boolean | 'any';

interface Row<Facts, Duty> {
  id: string;
  when: Record<keyof Facts, Cell>;
  duty: Duty;
}

/** Exactly one row fits any facts of a call. */
export const CALL_RECOVERY: ReadonlyArray<Row<CallFacts, CallDuty>> = [
  { id: 'C1', when: { settled: true, acknowledged: false }, duty: 'deliver' },
  { id: 'C2', when: { settled: true, acknowledged: true }, duty: 'forget' },
  { id: 'C3', when: { settled: false, acknowledged: 'any' }, duty: 'forget' },
];

/** Exactly one row fits any facts of a lease. */
export const LEASE_RECOVERY: ReadonlyArray<Row<LeaseFacts, LeaseDuty>> = [
  { id: 'L1', when: { released: true, inFlight: 'any' }, duty: 'forget' },
  {
    id: 'L2',
    when: { released: false, inFlight: true },
    duty: 'keep-in-flight',
  },
  { id: 'L3', when: { released: false, inFlight: false }, duty: 'hand-back' },
];

/** Whether a row of a recovery table fits. */
export function fits<Facts extends object>(
  { when }: Pick<Row<Facts, unknown>, 'when'>,
  facts: Facts,
): boolean {
  for (const name in when) {
    if (when[name] !== 'any' && when[name] !== facts[name]) return false;
  }
  return true;
}

/** Looks the duty up in {@link CALL_RECOVERY}. */
export function callDuty(facts: CallFacts): CallDuty {
  return dutyOf(CALL_RECOVERY, facts);
}

/** Looks the duty up in {@link LEASE_RECOVERY}. */
export function leaseDuty(facts: LeaseFacts): LeaseDuty {
  return dutyOf(LEASE_RECOVERY, facts);
}

function dutyOf<Facts extends object, Duty>(
  table: ReadonlyArray<Row<Facts, Duty>>,
  facts: Facts,
): Duty {
  const found = table.find(row => fits(row, facts));
  invariant(found !== undefined, 'no row of the recovery table fits');
  return found.duty;
}

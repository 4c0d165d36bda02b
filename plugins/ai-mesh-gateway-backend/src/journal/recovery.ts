import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What the journal knows of a call. */
export interface CallFacts {
  dispatched: boolean;
  settled: boolean;
  voided: boolean;
  acknowledged: boolean;
}

/**
 * What is left to do for a call, in this life of the gateway or the next.
 *
 * - `keep-held`: it went to a provider and nobody saw its end; its hold stays, nothing is booked
 * - `deliver`: its usage is known and the control plane does not have it
 * - `forget`: nothing
 */
export type CallDuty = 'keep-held' | 'deliver' | 'forget';

type Cell = boolean | 'any';

interface Row {
  id: string;
  when: Record<keyof CallFacts, Cell>;
  duty: CallDuty;
}

function row(
  id: string,
  dispatched: Cell,
  settled: Cell,
  voided: Cell,
  acknowledged: Cell,
  duty: CallDuty,
): Row {
  return { id, when: { dispatched, settled, voided, acknowledged }, duty };
}

/** Exactly one row fits any facts. Usage that was written down is delivered, whatever else was. */
//      dispatched settled voided acknowledged
export const RECOVERY: readonly Row[] = [
  row('R1', 'any', true, 'any', false, 'deliver'),
  row('R2', 'any', true, 'any', true, 'forget'),
  row('R3', true, false, false, 'any', 'keep-held'),
  row('R4', true, false, true, 'any', 'forget'),
  row('R5', false, false, 'any', 'any', 'forget'),
];

/** Whether a row of {@link RECOVERY} fits. */
export function fits(each: Row, facts: CallFacts): boolean {
  return (
    matches(each.when.dispatched, facts.dispatched) &&
    matches(each.when.settled, facts.settled) &&
    matches(each.when.voided, facts.voided) &&
    matches(each.when.acknowledged, facts.acknowledged)
  );
}

/** {@link RECOVERY} written out, as every call asks it three times. */
const DUTIES: readonly CallDuty[] = Array.from({ length: 16 }, (_, index) => {
  const facts = factsAt(index);
  const found = RECOVERY.find(each => fits(each, facts));
  invariant(found !== undefined, 'no row of the recovery table fits');
  return found.duty;
});

/** Looks the duty up in {@link RECOVERY}. */
export function dutyOf(facts: CallFacts): CallDuty {
  return DUTIES[indexOf(facts)];
}

function indexOf(facts: CallFacts): number {
  return (
    (facts.dispatched ? 8 : 0) +
    (facts.settled ? 4 : 0) +
    (facts.voided ? 2 : 0) +
    (facts.acknowledged ? 1 : 0)
  );
}

function factsAt(index: number): CallFacts {
  return {
    dispatched: (index & 8) !== 0,
    settled: (index & 4) !== 0,
    voided: (index & 2) !== 0,
    acknowledged: (index & 1) !== 0,
  };
}

function matches(cell: Cell, fact: boolean): boolean {
  return cell === 'any' || cell === fact;
}

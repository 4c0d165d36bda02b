import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { Journal } from '../journal/Journal';
import { Leases } from '../leases/Leases';
import { Stage } from '../pipeline';
import { UsageRecords } from './UsageRecords';

/** Stage 9. Puts the usage on record before the answer ends; from there it is delivered, whatever happens. */
export function createJournalStage(options: {
  journal: Journal;
  leases: Leases;
  clock: () => number;
  /** There is something to deliver. */
  onRecorded: () => void;
}): Stage {
  const { journal, leases } = options;
  const records = new UsageRecords();
  return {
    name: 'journal',
    always: true,
    run(call) {
      return call.usage ? put(call) : undefined;
    },
  };

  function put(call: Call): Promise<void> {
    const { hold, costPicoUsd } = call;
    invariant(hold !== undefined, 'nothing is held');
    invariant(costPicoUsd !== undefined, 'a call without a cost');
    const text = records.textOf(call, options.clock());
    return journal
      .settled(call.id, { leaseId: hold.lease.id, costPicoUsd, text })
      .then(() => {
        leases.settle(hold, costPicoUsd);
        options.onRecorded();
      }, keepHeld(call));
  }
}

/** As after a crash: neither booked nor given back. */
function keepHeld(call: Call) {
  return (error: unknown) => {
    call.keepHold = true;
    throw error;
  };
}

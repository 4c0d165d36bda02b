import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from '../Attempt';
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
      const { attempts } = call;
      if (attempts.length === 1) return put(call, attempts[0]);
      const pending = attempts.map(attempt => put(call, attempt));
      return Promise.all(pending).then(() => {});
    },
  };

  function put(call: Call, attempt: Attempt): Promise<void> | undefined {
    const { hold, costPicoUsd, usage } = attempt;
    if (!usage) return undefined;
    invariant(hold !== undefined, 'nothing is held');
    invariant(costPicoUsd !== undefined, 'a call without a cost');
    const text = records.textOf(call, attempt, options.clock());
    return journal
      .settled({ leaseId: hold.lease.id, costPicoUsd, text })
      .then(() => {
        leases.settle(hold, costPicoUsd);
        options.onRecorded();
      }, keepHeld(attempt));
  }
}

/** As after a crash: neither booked nor given back. */
function keepHeld(attempt: Attempt) {
  return (error: unknown) => {
    attempt.keepHold = true;
    throw error;
  };
}

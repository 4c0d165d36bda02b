import {
  invariant,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { Journal } from '../journal/Journal';
import { Leases } from '../leases/Leases';
import { Stage } from '../pipeline';

/** Stage 9. Puts the usage on record before the answer ends; from there it is delivered, whatever happens. */
export function createJournalStage(options: {
  journal: Journal;
  leases: Leases;
  clock: () => number;
  /** There is something to deliver. */
  onRecorded: () => void;
}): Stage {
  const { journal, leases } = options;
  return {
    name: 'journal',
    always: true,
    run(call) {
      return call.dispatched ? put(call) : undefined;
    },
  };

  function put(call: Call): Promise<void> {
    if (!call.usage) return journal.voided(call.id).catch(keepHeld(call));
    const { hold, costPicoUsd } = call;
    invariant(hold !== undefined, 'nothing is held');
    invariant(costPicoUsd !== undefined, 'a call without a cost');
    const text = JSON.stringify(toUsageRecord(call, options.clock()));
    return journal
      .settled(call.id, { leaseId: hold.lease.id, text })
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

function toUsageRecord(call: Call, nowMs: number): UsageRecordMessage {
  const { key, model, target, hold, usage } = call;
  invariant(
    key !== undefined && model !== undefined && target !== undefined,
    'a call without a target',
  );
  invariant(hold !== undefined && usage !== undefined, 'a call without usage');
  return {
    requestId: call.id,
    attempt: 1,
    keyId: key.id,
    applicationRef: key.applicationRef,
    departmentRef: key.departmentRef,
    model: model.name,
    targetId: target.id,
    leaseId: hold.lease.id,
    occurredAt: new Date(call.startedAtMs).toISOString(),
    durationMs: Math.max(0, Math.round(nowMs - call.startedAtMs)),
    streamed: call.answer?.kind === 'stream',
    estimated: usage.estimated,
    lines: usage.lines.map(line => ({
      tokenClass: line.tokenClass,
      tokens: line.tokens.toString(),
      priceVersionId: target.priceVersionId,
      costPicoUsd: line.costPicoUsd.toString(),
    })),
  };
}

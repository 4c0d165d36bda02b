import {
  invariant,
  UsageRecordMessage,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { Journal, JournalError } from '../journal/Journal';
import { Leases } from '../leases/Leases';
import { Logger } from '../Logger';
import { Stage } from '../pipeline';

/** Stage 9. Puts the usage on record before the answer ends; from there it is delivered, whatever happens. */
export function createJournalStage(options: {
  journal: Journal;
  leases: Leases;
  logger: Logger;
  clock: () => number;
  /** There is something to deliver. */
  onRecorded: () => void;
}): Stage {
  const { journal, leases, logger } = options;
  return {
    name: 'journal',
    always: true,
    run(call) {
      return call.dispatched ? put(call) : undefined;
    },
  };

  async function put(call: Call): Promise<void> {
    try {
      if (call.usage) await record(call);
      else await journal.voided(call.id);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      call.keepHold = true; // as after a crash: neither booked nor given back
      logger.error(error.message, { requestId: call.id });
      throw new GatewayError('journal_unavailable');
    }
  }

  async function record(call: Call): Promise<void> {
    const { hold, costPicoUsd } = call;
    invariant(hold !== undefined, 'nothing is held');
    invariant(costPicoUsd !== undefined, 'a call without a cost');
    await journal.settled(call.id, {
      leaseId: hold.lease.id,
      text: JSON.stringify(toUsageRecord(call, options.clock())),
    });
    leases.settle(hold, costPicoUsd);
    options.onRecorded();
  }
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

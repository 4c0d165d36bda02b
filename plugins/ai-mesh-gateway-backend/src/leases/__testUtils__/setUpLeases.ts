import fs from 'node:fs';
import path from 'node:path';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { testSnapshot, TestLogger } from '../../__testUtils__/startTestGateway';
import { Journal } from '../../journal/Journal';
import { MemoryControlPlane } from '../../link/MemoryControlPlane';
import {
  CompiledSnapshot,
  compileSnapshot,
} from '../../snapshot/CompiledSnapshot';
import { CompiledScope } from '../../snapshot/compileScopes';
import { Leases } from '../Leases';

/** The leases of one gateway, on a control plane in memory. @param directory - where journals may be */
export function setUpLeases(
  directory: string,
  options: {
    budget: bigint;
    spare?: bigint;
    endGameBelow?: bigint;
  },
) {
  const snapshot = testSnapshot(generateKey());
  const controlPlane = new MemoryControlPlane({
    snapshot,
    budgetPicoUsd: picoUsd(options.budget),
    sparePicoUsd: picoUsd(options.spare ?? 0n),
    ...(options.endGameBelow !== undefined && {
      endGame: {
        belowPicoUsd: picoUsd(options.endGameBelow),
        replicas: 1,
      },
    }),
  });
  const logger = new TestLogger();
  const journalDirectory = fs.mkdtempSync(path.join(directory, 'journal-'));
  const journal = Journal.open({ directory: journalDirectory, logger });
  let nowMs = Date.now();
  const hurryUsage = jest.fn();
  const events: string[] = [];
  const leases = new Leases({
    replicaId: 'gateway-test',
    controlPlane,
    journal,
    logger,
    clock: () => nowMs,
    callMs: 600_000,
    flushUsage: async () => {},
    hurryUsage,
    onEvent: (event, labels) => {
      events.push(`${event} ${Object.values(labels).join(' ')}`);
    },
  });
  const { scopes } = compileSnapshot(snapshot);
  const [scope] = scopes.values();
  const hold = (amount: bigint) =>
    leases.tryHold(scope, picoUsd(amount)) ??
    leases.waitForHold(scope, picoUsd(amount));
  return {
    snapshot,
    controlPlane,
    journal,
    journalDirectory,
    leases,
    logger,
    scope,
    hurryUsage,
    events,
    hold,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** A snapshot in which nothing but one scope is. */
export function snapshotOf(scope: CompiledScope): CompiledSnapshot {
  const snapshot = compileSnapshot(testSnapshot(generateKey()));
  return { ...snapshot, scopes: new Map([[scope.id, scope]]) };
}

/** A usage record as far as the journal reads it. */
export function usageText(leaseId: string, cost: number): string {
  return JSON.stringify({ leaseId, lines: [{ costPicoUsd: String(cost) }] });
}

/** Lets everything happen that waits for nothing. */
export function tick(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

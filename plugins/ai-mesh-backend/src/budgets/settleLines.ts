import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { LedgerLine, LineFlag } from '../ledger/LedgerLine';
import { BalanceChanges } from './balances';
import { heldBy, Lease } from './Lease';
import { lockLeases, saveLease } from './leaseRows';
import { periodOf } from './period';

/**
 * Takes newly booked lines from the budgets: every cost is settled on the department and all above it, and
 * what a lease had held for it is held no longer.
 *
 * @returns the lines that no lease covered in full, with the reason
 */
export async function settleLines(
  transaction: Knex.Transaction,
  lines: readonly LedgerLine[],
): Promise<Map<LedgerLine, LineFlag>> {
  const changes = new BalanceChanges();
  const flagged = new Map<LedgerLine, LineFlag>();
  const leases = await leasesOf(transaction, lines);
  const used = new Set<Lease>();
  for (const line of lines) {
    changes.add({
      path: line.departmentPath,
      period: periodOf(line.occurredAt),
      settled: line.cost,
    });
    if (line.leaseId === undefined) continue;
    const lease = leases.get(line.leaseId);
    if (!lease || lease.departmentRef !== line.departmentRef) {
      flagged.set(line, 'unknown-lease');
      continue;
    }
    const covered = cover(lease, line.cost);
    changes.add({ path: lease.path, period: lease.period, leased: -covered });
    used.add(lease);
    if (covered < line.cost) flagged.set(line, 'overrun');
  }
  for (const lease of used) await saveLease(transaction, lease);
  await changes.apply(transaction);
  return flagged;
}

async function leasesOf(
  transaction: Knex.Transaction,
  lines: readonly LedgerLine[],
): Promise<Map<string, Lease>> {
  const ids = new Set<string>();
  for (const { leaseId } of lines) if (leaseId !== undefined) ids.add(leaseId);
  const leases = await lockLeases(transaction, [...ids]);
  return new Map(leases.map(lease => [lease.id, lease]));
}

/** Moves a cost from held to booked, as far as the lease holds it. */
function cover(lease: Lease, cost: bigint): bigint {
  const held = heldBy(lease);
  const covered = cost < held ? cost : held;
  lease.booked = picoUsd(lease.booked + covered);
  if (lease.state === 'released') lease.kept = picoUsd(lease.kept - covered);
  return covered;
}

import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { LedgerLine } from '../ledger/LedgerLine';
import { LineFlag } from '../ledger/lineFlags';
import { BalanceChanges } from './balances';
import { BudgetCalendar, UTC_CALENDAR } from './BudgetCalendar';
import { nodesOfCall } from './callNodes';
import { covers, heldBy, Lease } from './Lease';
import { lockLeases, saveLeases } from './leaseRows';
import { keptNodes, shareTracking, Tracking } from './tracking';

/** Lines that count against the same budgets of the same month, summed up. */
interface LineSum {
  line: LedgerLine;
  period: string;
  cost: bigint;
}

/**
 * Takes newly booked lines from the budgets: every cost is settled on all budgets that it counts against, and
 * what a lease had held for it is held no longer. A handful of statements, however many lines there are.
 *
 * @param lines - which the transaction has written already
 * @param options.postedAt - the moment for which a line counts, where that is not when it happened
 * @returns the lines that no lease covered in full, with the reason
 */
export async function settleLines(
  transaction: Knex.Transaction,
  lines: readonly LedgerLine[],
  options: { postedAt?: (line: LedgerLine) => Date } = {},
): Promise<Map<LedgerLine, LineFlag>> {
  const flagged = new Map<LedgerLine, LineFlag>();
  if (lines.length === 0) return flagged;
  const tracking = await shareTracking(transaction);
  const calendar = calendarOf(tracking);
  const { postedAt = line => line.occurredAt } = options;
  const sums = sumUp(lines, line => calendar.periodOf(postedAt(line)));

  const changes = new BalanceChanges();
  const nodes = await nodesOf(transaction, sums, tracking);
  for (const sum of sums) {
    changes.add(nodes(sum.line), sum.period, { settled: sum.cost });
  }
  const leases = await leasesOf(transaction, lines);
  const used = new Set<Lease>();
  const covered = new Map<Lease, bigint>();
  for (const line of lines) {
    if (line.leaseId === undefined) continue;
    const lease = leases.get(line.leaseId);
    if (!lease || !covers(lease.scope, line)) {
      flagged.set(line, 'unknown-lease');
      continue;
    }
    const amount = cover(lease, line.cost);
    used.add(lease);
    covered.set(lease, (covered.get(lease) ?? 0n) + amount);
    if (amount < line.cost) flagged.set(line, 'overrun');
  }
  for (const [lease, amount] of covered) {
    changes.add(lease.path, lease.period, { leased: -amount });
  }
  await saveLeases(transaction, [...used]);
  await changes.apply(transaction);
  return flagged;
}

/** One sum for each combination: there are many lines and few combinations. */
function sumUp(
  lines: readonly LedgerLine[],
  periodOf: (line: LedgerLine) => string,
): LineSum[] {
  const sums = new Map<string, LineSum>();
  for (const line of lines) {
    const period = periodOf(line);
    const { keyId, applicationRef, departmentRef, costCentre, model } = line;
    const id = `${period}\n${keyId}\n${applicationRef}\n${departmentRef}\n${
      line.departmentPath.length
    }\n${costCentre ?? ''}\n${model}`;
    const sum = sums.get(id);
    if (sum) sum.cost += line.cost;
    else sums.set(id, { line, period, cost: line.cost });
  }
  return [...sums.values()];
}

/** Which balances a line counts in: of departments always, of others while they are kept. */
async function nodesOf(
  transaction: Knex.Transaction,
  sums: readonly LineSum[],
  { nodes }: Tracking,
): Promise<(line: LedgerLine) => readonly string[]> {
  if (nodes === 0) return line => line.departmentPath;
  const candidates = new Map(
    sums.map(({ line }) => [line, nodesOfCall(line)] as const),
  );
  const kept = await keptNodes(
    transaction,
    new Set([...candidates.values()].flat()),
  );
  return line => (candidates.get(line) ?? []).filter(id => kept.has(id));
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

/** Moves a cost from held to booked, as far as the lease holds it. A reversal gives a lease nothing back. */
function cover(lease: Lease, cost: bigint): bigint {
  const held = heldBy(lease);
  const covered = cost < held ? cost : held;
  if (covered <= 0n) return 0n;
  lease.booked = picoUsd(lease.booked + covered);
  if (lease.state === 'released') lease.kept = picoUsd(lease.kept - covered);
  return covered;
}

const calendars = new Map<string, BudgetCalendar>([['UTC', UTC_CALENDAR]]);

function calendarOf({ timeZone }: Tracking): BudgetCalendar {
  let calendar = calendars.get(timeZone);
  if (!calendar) {
    calendar = new BudgetCalendar(timeZone);
    calendars.set(timeZone, calendar);
  }
  return calendar;
}

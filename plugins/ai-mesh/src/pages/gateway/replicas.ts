import { Replica } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { TargetRow } from './targets';

/** A replica as a row: tables know their rows by id. */
export type ReplicaRow = Replica & { id: string; snapshot: SnapshotState };

/**
 * How the snapshot of a replica stands to those of the others. Versions have no order, so the one that most
 * replicas hold is taken for the newest; where two are held by as many, nobody knows.
 */
export type SnapshotState =
  | 'none'
  | 'only'
  | 'same'
  | 'behind'
  | 'differs'
  | 'unknown';

/** The replicas as rows, those that are alive first, each group by id. */
export function replicaRowsOf(replicas: readonly Replica[]): ReplicaRow[] {
  const alive = replicas.filter(each => each.isAlive);
  const newest = commonestOf(alive.map(each => each.snapshotVersion));
  return replicas
    .map(replica => ({
      ...replica,
      id: replica.replicaId,
      snapshot: snapshotStateOf(replica, { newest, alive: alive.length }),
    }))
    .sort(
      (a, b) =>
        Number(b.isAlive) - Number(a.isAlive) || a.id.localeCompare(b.id),
    );
}

function snapshotStateOf(
  replica: Replica,
  { newest, alive }: { newest: string | undefined; alive: number },
): SnapshotState {
  if (!replica.isAlive) return 'unknown';
  if (replica.snapshotVersion === undefined) return 'none';
  if (alive === 1) return 'only';
  if (newest === undefined) return 'differs';
  return replica.snapshotVersion === newest ? 'same' : 'behind';
}

/** The version that more replicas hold than any other; none where there is no such version. */
function commonestOf(
  versions: readonly (string | undefined)[],
): string | undefined {
  const counts = new Map<string, number>();
  for (const version of versions) {
    if (version !== undefined) {
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
  }
  const most = Math.max(0, ...counts.values());
  const commonest = [...counts].filter(([, count]) => count === most);
  return commonest.length === 1 ? commonest[0][0] : undefined;
}

/** From when on undelivered usage is more than a short wait, in milliseconds. */
const LATE_MS = 60_000;

/**
 * How long the oldest usage of a replica had been waiting when the replica was last heard of.
 *
 * @returns `ageMs` in milliseconds; nothing when nothing waits
 */
export function backlogOf(
  replica: Replica,
): { ageMs: number; isLate: boolean } | undefined {
  const { oldestUndeliveredAt, lastSeenAt } = replica;
  if (replica.undeliveredRecords === 0 || !oldestUndeliveredAt) {
    return undefined;
  }
  const ageMs = Date.parse(lastSeenAt) - Date.parse(oldestUndeliveredAt);
  return { ageMs, isLate: ageMs > LATE_MS };
}

/**
 * The page in one line.
 *
 * @example '3 targets well, 1 left alone; 2 replicas'
 */
export function summaryOf(
  targets: readonly TargetRow[],
  replicas: readonly Replica[],
): string {
  const alive = replicas.filter(each => each.isAlive).length;
  const silent = replicas.length - alive;
  if (alive === 0) {
    return `No replica is heard of now; ${silent} ${
      silent === 1 ? 'was' : 'were'
    } within the last day`;
  }
  const countOf = (circuit: TargetRow['circuit']) =>
    targets.filter(each => each.circuit === circuit).length;
  const [well, tried, alone] = [
    countOf('closed'),
    countOf('half-open'),
    countOf('open'),
  ];
  const parts = [
    `${counted(well, 'target')} well`,
    ...(tried > 0 ? [`${tried} being tried again`] : []),
    ...(alone > 0 ? [`${alone} left alone`] : []),
  ];
  const rest = silent > 0 ? `, ${silent} more not heard of` : '';
  return `${parts.join(', ')}; ${counted(alive, 'replica')}${rest}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

import { SortDescriptor } from '@backstage/ui';
import {
  Replica,
  TargetHealth,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { oneOf } from '../../components/useAddressState';

/** Whether calls go to a target. */
export type Circuit = TargetHealth['circuit'];

/** A target as all replicas that are alive see it together. */
export interface TargetRow {
  /** Of the row: the same target may serve several models. */
  id: string;
  targetId: string;
  model: string;
  provider: string;
  stage: TargetHealth['stage'];
  /** The worst of the replicas. */
  circuit: Circuit;
  /** Replicas that see it so. */
  seenBy: number;
  /** Replicas that know the target. */
  replicas: number;
  inFlight: number;
  /** Calls that ended within the last minute. */
  calls: number;
  failures: number;
  /** Mean of the replicas, each with the weight of its calls; in milliseconds. */
  latencyMs?: number;
  /** The latest of all replicas. */
  lastFailure?: TargetHealth['lastFailure'];
}

const BADNESS: Record<Circuit, number> = {
  closed: 0,
  'half-open': 1,
  open: 2,
};

/** The targets of the replicas that are alive, each once, in no order. */
export function targetsOf(replicas: readonly Replica[]): TargetRow[] {
  const seen = new Map<string, TargetHealth[]>();
  for (const replica of replicas) {
    if (!replica.isAlive) continue;
    for (const target of replica.targets) {
      const id = `${target.model} ${target.id}`;
      seen.set(id, [...(seen.get(id) ?? []), target]);
    }
  }
  return Array.from(seen, ([id, views]) => toRow(id, views));
}

function toRow(id: string, views: readonly TargetHealth[]): TargetRow {
  const [first] = views;
  const circuit = views.reduce<Circuit>(
    (worst, each) =>
      BADNESS[each.circuit] > BADNESS[worst] ? each.circuit : worst,
    'closed',
  );
  return {
    id,
    targetId: first.id,
    model: first.model,
    provider: first.provider,
    stage: first.stage,
    circuit,
    seenBy: views.filter(each => each.circuit === circuit).length,
    replicas: views.length,
    inFlight: sum(views, each => each.inFlight),
    calls: sum(views, each => each.calls),
    failures: sum(views, each => each.failures),
    latencyMs: meanLatency(views),
    lastFailure: latestFailure(views),
  };
}

function sum(
  views: readonly TargetHealth[],
  valueOf: (view: TargetHealth) => number,
): number {
  return views.reduce((total, each) => total + valueOf(each), 0);
}

function meanLatency(views: readonly TargetHealth[]): number | undefined {
  let weighted = 0;
  let weights = 0;
  for (const { latencyMs, calls } of views) {
    if (latencyMs === undefined) continue;
    const weight = Math.max(1, calls); // one that rests now still says something
    weighted += latencyMs * weight;
    weights += weight;
  }
  return weights === 0 ? undefined : weighted / weights;
}

function latestFailure(views: readonly TargetHealth[]) {
  return views
    .flatMap(each => each.lastFailure ?? [])
    .reduce<TargetHealth['lastFailure']>(
      (latest, each) =>
        latest && Date.parse(latest.at) >= Date.parse(each.at) ? latest : each,
      undefined,
    );
}

const VALUES: Record<string, (row: TargetRow) => string | number | undefined> =
  {
    target: row => row.targetId,
    model: row => row.model,
    stage: row => row.stage,
    state: row => BADNESS[row.circuit],
    inFlight: row => row.inFlight,
    calls: row => row.calls,
    failures: row => (row.calls === 0 ? undefined : row.failures / row.calls),
    latency: row => row.latencyMs,
  };

/** The rows in the order of a column; those without the value come last in both directions. */
export function sortTargets(
  rows: readonly TargetRow[],
  sort: SortDescriptor,
): TargetRow[] {
  const column = oneOf(String(sort.column), Object.keys(VALUES), 'state');
  const valueOf = VALUES[column];
  const sign = sort.direction === 'descending' ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === undefined || right === undefined) {
      const absent = Number(left === undefined) - Number(right === undefined);
      return absent || byName(a, b);
    }
    return sign * compare(left, right) || byName(a, b);
  });
}

function compare(left: string | number, right: string | number): number {
  return typeof left === 'number' && typeof right === 'number'
    ? left - right
    : String(left).localeCompare(String(right));
}

function byName(a: TargetRow, b: TargetRow): number {
  return a.model.localeCompare(b.model) || a.targetId.localeCompare(b.targetId);
}

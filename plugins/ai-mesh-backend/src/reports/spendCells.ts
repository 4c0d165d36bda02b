import {
  picoUsd,
  SpendQuery,
  SpendReport,
  SpendRow,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SpendCell, SpendSums } from './SpendStore';

/** Groups that a chart tells apart; what is beyond becomes one group. */
const SERIES_GROUPS = 8;

/** The id of everything in a series that is not among the dearest groups. */
export const OTHER_GROUP = 'other';

const NOTHING: SpendReport['total'] = {
  requests: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  costPicoUsd: picoUsd(0n),
  otherPicoUsd: picoUsd(0n),
  estimatedPicoUsd: picoUsd(0n),
  avoidedPicoUsd: picoUsd(0n),
};

/** The exact sum of everything. */
export function totalOf(cells: readonly SpendSums[]): SpendReport['total'] {
  const total = { ...NOTHING };
  for (const cell of cells) {
    total.requests += cell.requests;
    total.inputTokens += cell.inputTokens;
    total.outputTokens += cell.outputTokens;
    total.costPicoUsd = picoUsd(total.costPicoUsd + cell.cost);
    total.otherPicoUsd = picoUsd(total.otherPicoUsd + cell.other);
    total.estimatedPicoUsd = picoUsd(total.estimatedPicoUsd + cell.estimated);
    total.avoidedPicoUsd = picoUsd(total.avoidedPicoUsd + cell.avoided);
  }
  return total;
}

/** One row for each group, with its sums over all buckets; not ordered. */
export function rowsOf(
  cells: readonly SpendCell[],
  labelOf: (group: string) => string,
): SpendRow[] {
  const byGroup = new Map<string, SpendCell[]>();
  for (const cell of cells) {
    const known = byGroup.get(cell.group);
    if (known) known.push(cell);
    else byGroup.set(cell.group, [cell]);
  }
  return [...byGroup].map(([id, own]) => ({
    id,
    label: labelOf(id),
    ...totalOf(own),
  }));
}

/** Orders rows; equal ones by their id, so that pages never overlap. */
export function sortRows(
  rows: readonly SpendRow[],
  by: Pick<SpendQuery, 'orderBy' | 'order'>,
): SpendRow[] {
  const sign = by.order === 'asc' ? 1 : -1;
  return [...rows].sort(
    (a, b) => sign * compareBy(by.orderBy, a, b) || compare(a.id, b.id),
  );
}

/** The cost of the dearest groups in each bucket, the rest together; ordered by bucket, then id. */
export function seriesOf(
  cells: readonly SpendCell[],
  rows: readonly SpendRow[],
): SpendReport['series'] {
  const dearest = new Set(
    sortRows(rows, { orderBy: 'cost', order: 'desc' })
      .slice(0, SERIES_GROUPS)
      .map(row => row.id),
  );
  const points = new Map<string, SpendReport['series'][number]>();
  for (const { bucket, group, cost } of cells) {
    const id = dearest.has(group) ? group : OTHER_GROUP;
    const from = new Date(bucket).toISOString();
    const known = points.get(`${from} ${id}`);
    const sum = picoUsd((known?.costPicoUsd ?? 0n) + cost);
    points.set(`${from} ${id}`, { from, id, costPicoUsd: sum });
  }
  return [...points]
    .sort(([a], [b]) => compare(a, b))
    .map(([, point]) => point);
}

function compareBy(
  what: SpendQuery['orderBy'],
  a: SpendRow,
  b: SpendRow,
): number {
  switch (what) {
    case 'cost':
      return compare(a.costPicoUsd, b.costPicoUsd);
    case 'requests':
      return compare(a.requests, b.requests);
    case 'tokens':
      return compare(
        a.inputTokens + a.outputTokens,
        b.inputTokens + b.outputTokens,
      );
    case 'label':
      return compare(a.label.toLowerCase(), b.label.toLowerCase());
    default: {
      const unknown: never = what;
      throw new Error(`Unknown order ${unknown}`);
    }
  }
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import {
  GpuCostQuery,
  GpuCostReport,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { humanise } from '../reports/humanise';
import { GpuCostFilter, GpuCostStore, SpotCell } from './GpuCostStore';
import {
  daysOf,
  netSavingOf,
  rowsOf,
  sortRows,
  spotRowsOf,
  sumsOf,
} from './gpuCostSums';

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

/** What a caller may see. */
export interface GpuCostAccess {
  /** The departments whose part of machines enters the numbers. */
  departmentRefs: readonly string[];
  /** Whole machines: also what nobody had, what other departments had, and what spot saved. */
  seesMachines: boolean;
}

/** Reports what GPUs cost. */
export class GpuCostService {
  readonly #store: GpuCostStore;
  readonly #departments: DepartmentService;

  constructor(options: {
    store: GpuCostStore;
    departments: DepartmentService;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
  }

  /**
   * The three ledgers, in total, by day and by group. Whoever does not see whole machines sees the part of their
   * own departments, and nothing else enters any number.
   *
   * @throws InvalidFieldsError when the range of time is empty or too long
   */
  async report(
    query: GpuCostQuery,
    access: GpuCostAccess,
  ): Promise<GpuCostReport> {
    const range = rangeOf(query);
    const tree = await this.#departments.tree();
    const departmentRefs = narrow(tree, access, query.departmentRef);
    const filter = { ...range, pool: query.pool, departmentRefs };
    const cells = isNothing(filter)
      ? []
      : await this.#store.readCosts({ ...filter, groupBy: query.groupBy });
    // a saving is of whole machines: there is none of one department
    const seesSpot = access.seesMachines && query.departmentRef === undefined;
    const spot = seesSpot ? await this.#store.readSpot(filter) : [];
    const rows = rowsOf(cells, {
      labelOf: labelsOf(query, tree),
      savingOf: savingsOf(query, spot),
    });
    return {
      total: sumsOf(cells),
      days: daysOf(cells),
      rows: sortRows(rows, query).slice(
        query.offset,
        query.offset + query.limit,
      ),
      rowCount: rows.length,
      pools: isNothing(filter)
        ? []
        : await this.#store.readPools({ ...range, departmentRefs }),
      spot: spotRowsOf(spot),
      waiting: access.seesMachines ? await this.#store.readWaiting() : [],
      seesMachines: access.seesMachines,
      containsDemoData: cells.some(cell => cell.hasDemoData),
    };
  }
}

/** Whole days, outwards: the day that `to` lies in belongs to the report. */
function rangeOf(query: GpuCostQuery): { from: number; to: number } {
  const from = Math.floor(Date.parse(query.from) / DAY_MS) * DAY_MS;
  const to = Math.ceil(Date.parse(query.to) / DAY_MS) * DAY_MS;
  if (Date.parse(query.from) >= Date.parse(query.to)) {
    throw new InvalidFieldsError({ to: 'must be after `from`' });
  }
  if (to - from > (MOST_DAYS + 1) * DAY_MS) {
    throw new InvalidFieldsError({ from: `at most ${MOST_DAYS} days at once` });
  }
  return { from, to };
}

/** @returns undefined for whole machines */
function narrow(
  tree: DepartmentTree,
  access: GpuCostAccess,
  departmentRef: string | undefined,
): readonly string[] | undefined {
  if (departmentRef === undefined) {
    return access.seesMachines ? undefined : access.departmentRefs;
  }
  const subtree = tree.subtreeOf(departmentRef);
  if (access.seesMachines) return subtree;
  const allowed = new Set(access.departmentRefs);
  return subtree.filter(ref => allowed.has(ref));
}

function isNothing({ departmentRefs }: GpuCostFilter): boolean {
  return departmentRefs?.length === 0;
}

function labelsOf(
  query: GpuCostQuery,
  tree: DepartmentTree,
): (group: string) => string {
  if (query.groupBy !== 'department') return group => group;
  return group => {
    const [kind] = group.split(':', 1);
    const ref = group.slice(kind.length + 1);
    if (kind === 'clearing') return 'Given to nobody';
    const title = tree.find(ref)?.title ?? humanise(ref);
    return kind === 'suspense' ? `${title} (not in the catalog)` : title;
  };
}

function savingsOf(
  query: GpuCostQuery,
  spot: readonly SpotCell[],
): (group: string) => PicoUsd | undefined {
  const { groupBy } = query;
  if (groupBy === 'department') return () => undefined;
  return group => {
    const own = spot.filter(cell => cell[groupBy] === group);
    return own.length === 0 ? undefined : netSavingOf(own);
  };
}

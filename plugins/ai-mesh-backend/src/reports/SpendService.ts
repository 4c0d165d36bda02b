import {
  SpendGroupBy,
  SpendQuery,
  SpendReport,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';
import { humanise } from './humanise';
import { rowsOf, seriesOf, sortRows, totalOf } from './spendCells';
import { spendRangeOf } from './spendRange';
import { SpendCell, SpendStore } from './SpendStore';

/** Reports what was spent. */
export class SpendService {
  readonly #store: SpendStore;
  readonly #departments: DepartmentService;
  readonly #applications: Pick<ApplicationService, 'find'>;

  constructor(options: {
    store: SpendStore;
    departments: DepartmentService;
    applications: Pick<ApplicationService, 'find'>;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#applications = options.applications;
  }

  /**
   * The spend of a department with everything below it, or of all that the caller may see.
   *
   * @param allowedRefs - departments whose spend the caller may see; nothing else enters any number
   * @throws InvalidFieldsError when the range of time is empty or too long
   */
  async report(
    query: SpendQuery,
    allowedRefs: readonly string[],
  ): Promise<SpendReport> {
    const range = spendRangeOf(query);
    const tree = await this.#departments.tree();
    const departmentRefs = narrow(tree, allowedRefs, query.departmentRef);
    const cells =
      departmentRefs.length === 0
        ? []
        : await this.#store.read({
            ...range,
            departmentRefs,
            groupBy: query.groupBy,
          });
    const labelOf = await this.#labels(query.groupBy, cells, tree);
    const rows = rowsOf(cells, labelOf);
    return {
      total: totalOf(cells),
      series: seriesOf(cells, rows),
      rows: sortRows(rows, query).slice(
        query.offset,
        query.offset + query.limit,
      ),
      rowCount: rows.length,
      containsDemoData: cells.some(cell => cell.hasDemoData),
    };
  }

  async #labels(
    groupBy: SpendGroupBy,
    cells: readonly SpendCell[],
    tree: DepartmentTree,
  ): Promise<(group: string) => string> {
    const ids = new Set(cells.map(cell => cell.group));
    switch (groupBy) {
      case 'department':
        return ref => tree.find(ref)?.title ?? humanise(ref);
      case 'application': {
        const titles = await this.#applicationTitles(ids);
        return ref =>
          ref === '' ? 'No application' : titles.get(ref) ?? humanise(ref);
      }
      case 'key': {
        const names = await this.#store.readKeyNames([...ids]);
        return id => (id === '' ? 'No key' : names.get(id) ?? id);
      }
      default:
        return name => name;
    }
  }

  /** Titles as the catalog has them; one that has left it, or cannot be asked for, is missing. */
  async #applicationTitles(
    refs: ReadonlySet<string>,
  ): Promise<Map<string, string>> {
    const titles = new Map<string, string>();
    for (const ref of refs) {
      // what was spent can be told without the catalog
      const found = await this.#applications.find(ref).catch(() => undefined);
      if (found) titles.set(ref, found.title);
    }
    return titles;
  }
}

function narrow(
  tree: DepartmentTree,
  allowedRefs: readonly string[],
  departmentRef: string | undefined,
): readonly string[] {
  if (departmentRef === undefined) return allowedRefs;
  const subtree = new Set(tree.subtreeOf(departmentRef));
  return allowedRefs.filter(ref => subtree.has(ref));
}

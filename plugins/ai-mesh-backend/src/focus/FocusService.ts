import { NotAllowedError } from '@backstage/errors';
import {
  FocusExportQuery,
  FocusVersion,
  spendReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { focusColumnsOf } from './focusColumns';
import { FocusSource } from './FocusSource';
import { FocusRow, toFocusRow } from './toFocusRow';
import { writeCsv } from './writeCsv';
import { writeParquet } from './writeParquet';

/** An export that has not begun to be read yet. */
export interface FocusExport {
  /** For example `focus-1.4-2026-10.csv`. */
  fileName: string;
  contentType: string;
  /** The file in pieces, made as they are asked for. */
  bytes: AsyncIterable<Uint8Array>;
  /** How many rows were written so far. */
  rowCount(): number;
}

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

/** Exports what was spent in FOCUS, the FinOps Open Cost and Usage Specification. */
export class FocusService {
  readonly #source: FocusSource;
  readonly #departments: DepartmentService;
  readonly #now: () => Date;

  constructor(options: {
    source: FocusSource;
    departments: DepartmentService;
    now?: () => Date;
  }) {
    this.#source = options.source;
    this.#departments = options.departments;
    this.#now = options.now ?? (() => new Date());
  }

  /**
   * Prepares the export of a month. Who may see every department gets everything, also what belongs to none of them,
   * such as idle machines; others get the rows of their departments.
   *
   * @param allowedRefs - departments whose spend the caller may see
   * @throws NotAllowedError when none of the departments that are asked for may be seen
   * @throws InvalidFieldsError when the month has not begun
   */
  async open(
    query: FocusExportQuery,
    allowedRefs: readonly string[],
  ): Promise<FocusExport> {
    const { month, version, format, departmentRef } = query;
    if (month > this.#now().toISOString().slice(0, 7)) {
      throw new InvalidFieldsError({ month: 'has not begun yet (UTC)' });
    }
    const departmentRefs = await this.#scope(departmentRef, allowedRefs);
    const columns = focusColumnsOf(version);
    let rowCount = 0;
    const count = () => {
      rowCount += 1;
    };
    const rows = this.#rows({ month, departmentRefs }, version, count);
    return {
      fileName: `focus-${version}-${month}.${format}`,
      contentType: CONTENT_TYPES[format],
      bytes:
        format === 'csv'
          ? writeCsv(rows, columns)
          : writeParquet(rows, columns, {
              focus_dataset: 'CostAndUsage',
              focus_version: version,
            }),
      rowCount: () => rowCount,
    };
  }

  async *#rows(
    query: { month: string; departmentRefs?: readonly string[] },
    version: FocusVersion,
    count: () => void,
  ): AsyncIterable<FocusRow> {
    for await (const charge of this.#source.charges(query)) {
      count();
      yield toFocusRow(charge, version);
    }
  }

  /** @returns undefined for everything */
  async #scope(
    departmentRef: string | undefined,
    allowedRefs: readonly string[],
  ): Promise<readonly string[] | undefined> {
    const tree = await this.#departments.tree();
    const allowed = new Set(allowedRefs);
    if (departmentRef === undefined) {
      const all = tree.all().map(({ ref }) => ref);
      if (all.length > 0 && all.every(ref => allowed.has(ref)))
        return undefined;
    }
    const wanted =
      departmentRef === undefined ? allowedRefs : tree.subtreeOf(departmentRef);
    const departmentRefs = wanted.filter(ref => allowed.has(ref));
    if (departmentRefs.length > 0) return departmentRefs;
    throw new NotAllowedError(
      departmentRef === undefined
        ? `You lack the permission ${spendReadPermission.name} in every department`
        : `You lack the permission ${spendReadPermission.name} in department "${departmentRef}", or there is no such department`,
    );
  }
}

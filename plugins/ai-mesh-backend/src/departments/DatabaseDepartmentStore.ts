import { Knex } from 'knex';
import { DepartmentRecord } from './buildDepartmentTree';
import { DepartmentStore } from './DepartmentStore';

interface DepartmentRow {
  ref: string;
  title: string;
  type: string;
  parent_ref: string | null;
  cost_centre: string | null;
  missing_since: string | null;
}

/** {@link DepartmentStore} in the plugin's database. */
export class DatabaseDepartmentStore implements DepartmentStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  async read(options: { missingSince: Date }): Promise<DepartmentRecord[]> {
    const rows = await this.#database<DepartmentRow>('departments')
      .whereNull('missing_since')
      .orWhere('missing_since', '>', options.missingSince.toISOString())
      .select();
    return rows.map(toRecord);
  }

  async replace(
    records: readonly DepartmentRecord[],
    at: Date,
  ): Promise<boolean> {
    return this.#database.transaction(async tx => {
      const rows = await tx<DepartmentRow>('departments').select();
      const before = new Map(rows.map(row => [row.ref, row]));
      const present = new Map(records.map(each => [each.ref, toRow(each)]));
      // only what differs is written: a refresh that finds nothing new costs one read
      const changed = [...present.values()].filter(
        row => !isSame(row, before.get(row.ref)),
      );
      const missing = rows.filter(
        row => !present.has(row.ref) && row.missing_since === null,
      );
      for (const row of changed) {
        await tx('departments').insert(row).onConflict('ref').merge();
      }
      for (const { ref } of missing) {
        await tx('departments')
          .where({ ref })
          .update({ missing_since: at.toISOString() });
      }
      return changed.length + missing.length > 0;
    });
  }
}

function toRow(record: DepartmentRecord): DepartmentRow {
  return {
    ref: record.ref,
    title: record.title,
    type: record.type,
    parent_ref: record.parentRef ?? null,
    cost_centre: record.costCentre ?? null,
    missing_since: null,
  };
}

function toRecord(row: DepartmentRow): DepartmentRecord {
  return {
    ref: row.ref,
    title: row.title,
    type: row.type,
    parentRef: row.parent_ref ?? undefined,
    costCentre: row.cost_centre ?? undefined,
  };
}

function isSame(a: DepartmentRow, b: DepartmentRow | undefined): boolean {
  return (
    b !== undefined &&
    a.title === b.title &&
    a.type === b.type &&
    a.parent_ref === b.parent_ref &&
    a.cost_centre === b.cost_centre &&
    a.missing_since === b.missing_since
  );
}

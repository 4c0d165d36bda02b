import { DepartmentRecord } from './buildDepartmentTree';

/** Keeps the Groups of the catalog as last seen. */
export interface DepartmentStore {
  /** Those that the catalog knows, or knew until `missingSince`. */
  read(options: { missingSince: Date }): Promise<DepartmentRecord[]>;

  /**
   * Takes over what the catalog says now. Who is not in it any more is marked as missing from `at` on.
   *
   * @returns whether anything changed
   */
  replace(records: readonly DepartmentRecord[], at: Date): Promise<boolean>;
}

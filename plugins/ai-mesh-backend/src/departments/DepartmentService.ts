import { DepartmentTree } from './DepartmentTree';

/** Where the tree of departments comes from: the Groups of the catalog, kept in the database. */
export interface DepartmentService {
  /** The present tree; a copy at most a few seconds old is good enough for every caller. */
  tree(): Promise<DepartmentTree>;
}

import { Department } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from './DepartmentTree';

/** A Group as the catalog describes it, before it has its place in the tree. */
export interface DepartmentRecord {
  ref: string;
  title: string;
  type: string;
  /** May name a Group that does not exist. */
  parentRef?: string;
  /** Its own; not inherited. */
  costCentre?: string;
}

/**
 * Puts Groups into their tree: a parent before its children, siblings by title. A parent that does not
 * exist makes a root; a circle of parents is cut at its first member by reference, because one wrong line
 * in the catalog must not stop the gateway.
 */
export function buildDepartmentTree(
  records: readonly DepartmentRecord[],
): DepartmentTree {
  const sorted = [...records].sort(
    (a, b) => compare(a.title, b.title) || compare(a.ref, b.ref),
  );
  const known = new Set(sorted.map(each => each.ref));
  const childrenOf = new Map<string, DepartmentRecord[]>();
  for (const record of sorted) {
    if (record.parentRef === undefined) continue;
    const siblings = childrenOf.get(record.parentRef) ?? [];
    childrenOf.set(record.parentRef, [...siblings, record]);
  }
  const placed = new Map<string, Department>();

  const place = (record: DepartmentRecord, parent: Department | undefined) => {
    if (placed.has(record.ref)) return;
    const department: Department = {
      ref: record.ref,
      title: record.title,
      type: record.type,
      parentRef: parent?.ref,
      costCentre: record.costCentre ?? parent?.costCentre,
      depth: parent ? parent.depth + 1 : 0,
    };
    placed.set(record.ref, department);
    for (const child of childrenOf.get(record.ref) ?? []) {
      place(child, department);
    }
  };

  for (const record of sorted) {
    const isRoot = !record.parentRef || !known.has(record.parentRef);
    if (isRoot) place(record, undefined);
  }
  // what is left hangs on a circle: enter each circle at its first member, never at a branch of it
  for (const record of sorted) {
    if (!placed.has(record.ref)) {
      place(firstOfCircle(record, sorted), undefined);
    }
  }
  return new DepartmentTree([...placed.values()]);
}

function firstOfCircle(
  start: DepartmentRecord,
  records: readonly DepartmentRecord[],
): DepartmentRecord {
  const byRef = new Map(records.map(each => [each.ref, each]));
  const parentOf = (each: DepartmentRecord) =>
    byRef.get(each.parentRef ?? '') ?? each;
  let inside = start;
  for (let step = 0; step < records.length; step++) inside = parentOf(inside);
  let first = inside;
  for (
    let each = parentOf(inside);
    each.ref !== inside.ref;
    each = parentOf(each)
  ) {
    if (compare(each.ref, first.ref) < 0) first = each;
  }
  return first;
}

/** By code units, the same everywhere: the order must not depend on the server's locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

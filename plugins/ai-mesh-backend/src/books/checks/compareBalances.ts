import {
  LedgerDifference,
  picoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../../departments/DepartmentTree';
import { SettledSums } from './CheckStore';

/**
 * Compares the balances of a period with the lines that were settled on them.
 *
 * Looked at are the departments without any below them, and those with none above: a department that moved within
 * the tree since the month began changes only what is between.
 */
export function compareBalances(
  sums: SettledSums,
  options: { tree: DepartmentTree; period: string },
): LedgerDifference[] {
  const { tree, period } = options;
  const parents = new Set(tree.all().flatMap(each => each.parentRef ?? []));
  const differences: LedgerDifference[] = [];
  for (const { ref, parentRef } of tree.all()) {
    const isLeaf = !parents.has(ref);
    const isRoot = parentRef === undefined || !tree.find(parentRef);
    if (!isLeaf && !isRoot) continue;
    const expected = sumPicoUsd(
      tree.subtreeOf(ref).map(each => picoUsd(sums.ofLines.get(each) ?? 0n)),
    );
    const kept = sums.kept.get(ref) ?? 0n;
    if (expected === kept) continue;
    differences.push({
      what: 'budget',
      when: period,
      about: ref,
      amount: 'settled_pico',
      ofLines: expected.toString(),
      kept: kept.toString(),
    });
  }
  return differences;
}

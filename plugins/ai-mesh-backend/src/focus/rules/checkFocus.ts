import { FocusVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { COLUMN_RULES } from './columnRules';
import { COST_RULES } from './costRules';
import { FileRow, FocusRule, Violation } from './FocusRule';
import { PERIOD_RULES } from './periodRules';
import { SPLIT_RULES } from './splitRules';
import { VALUE_RULES } from './valueRules';

/** Every rule, written from the texts of the specification. */
export const FOCUS_RULES: readonly FocusRule[] = [
  ...COLUMN_RULES,
  ...VALUE_RULES,
  ...COST_RULES,
  ...PERIOD_RULES,
  ...SPLIT_RULES,
];

/** A rule that does not hold. */
export interface Finding extends Violation {
  rule: FocusRule;
}

/**
 * Checks a file against all rules of a version, row by row: it may be of any length.
 *
 * @param file - `isPart`: it holds some departments only, so that splits need not be complete
 * @param maximum - findings of one rule, so that a wrong column does not hide the others
 */
export async function checkFocus(
  file: {
    columns: readonly string[];
    rows: Iterable<FileRow> | AsyncIterable<FileRow>;
  },
  options: { version: FocusVersion; isPart?: boolean; maximum?: number },
): Promise<{ findings: Finding[]; rowCount: number }> {
  const { version, isPart = false, maximum = 20 } = options;
  const context = { version, isPart, columns: file.columns };
  const checks = FOCUS_RULES.filter(
    rule => rule.versions.includes(version) && !(isPart && rule.needsWhole),
  ).map(rule => ({ rule, found: 0, check: rule.start(context) }));
  const findings: Finding[] = [];
  const note = (each: (typeof checks)[number], violation: Violation) => {
    each.found += 1;
    if (each.found <= maximum) findings.push({ rule: each.rule, ...violation });
  };
  let rowCount = 0;
  for await (const row of file.rows) {
    rowCount += 1;
    for (const each of checks) {
      const violation = each.check.add?.(row, rowCount);
      if (violation) note(each, violation);
    }
  }
  for (const each of checks) {
    for (const violation of each.check.end?.() ?? []) note(each, violation);
  }
  return { findings, rowCount };
}

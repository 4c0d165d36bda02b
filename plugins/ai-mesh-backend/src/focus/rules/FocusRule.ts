import { FocusVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseFocusDecimal } from '../focusDecimal';

/** A row as it stands in a file: texts, null for nothing. */
export type FileRow = Readonly<Record<string, string | null | undefined>>;

/** A row that a rule does not hold for. */
export interface Violation {
  /** The row in the file, from 1; absent where it is the file as a whole. */
  row?: number;
  /** What stands there, or what was found. */
  found: string;
}

/** What a file is, beside its rows. */
export interface FileContext {
  version: FocusVersion;
  columns: readonly string[];
  /** The file holds a part of the month, as of one department: what only the whole sums to is not checked. */
  isPart: boolean;
}

/** One MUST of the specification. */
export interface FocusRule {
  /** For example `PricingQuantity-product`. */
  id: string;
  column: string;
  /** The versions that it stands in. */
  versions: readonly FocusVersion[];
  /** The requirement, in the words of the specification as far as they are short. */
  text: string;
  /** Where it stands: dataset column, or attribute. */
  source: string;
  /** What to do about a violation. */
  todo: string;
  /** Whether it can only hold for a whole month. */
  needsWhole?: boolean;
  /** Begins a check of a file. */
  start(context: FileContext): RuleCheck;
}

/** A rule at work on one file. */
export interface RuleCheck {
  add?(row: FileRow, number: number): Violation | undefined;
  end?(): Violation[];
}

type RuleAbout = Omit<FocusRule, 'start' | 'versions'> & {
  versions?: readonly FocusVersion[];
};

const ALL_VERSIONS: readonly FocusVersion[] = ['1.2', '1.3', '1.4'];
export const SINCE_1_3: readonly FocusVersion[] = ['1.3', '1.4'];
export const UNTIL_1_3: readonly FocusVersion[] = ['1.2', '1.3'];

/**
 * A rule that looks at one row at a time.
 *
 * @param isViolated - of rows whose column is absent, too: then the cell is undefined
 */
export function rowRule(
  about: RuleAbout,
  isViolated: (row: FileRow, context: FileContext) => boolean,
): FocusRule {
  return {
    versions: ALL_VERSIONS,
    ...about,
    start: context => ({
      add: (row, number) =>
        isViolated(row, context)
          ? { row: number, found: `"${row[about.column] ?? ''}"` }
          : undefined,
    }),
  };
}

/** A rule that looks at the columns. */
export function headerRule(
  about: RuleAbout,
  find: (context: FileContext) => string[],
): FocusRule {
  return {
    versions: ALL_VERSIONS,
    ...about,
    start: context => ({
      end: () => find(context).map(found => ({ found })),
    }),
  };
}

/** A rule that needs several rows at once. */
export function datasetRule(
  about: RuleAbout,
  start: (context: FileContext) => RuleCheck,
): FocusRule {
  return { versions: ALL_VERSIONS, ...about, start };
}

/** Whether nothing stands in a cell. */
export function isNull(row: FileRow, column: string): boolean {
  return row[column] === null || row[column] === undefined;
}

/** The number in a cell, in units of 1e-18; undefined for nothing, or for what is no number. */
export function numberIn(row: FileRow, column: string): bigint | undefined {
  const text = row[column];
  return typeof text === 'string' ? parseFocusDecimal(text) : undefined;
}

/** Usage and purchases that correct nothing: what most requirements of SKUs and prices are about. */
export function isRegularCharge(row: FileRow): boolean {
  return (
    (row.ChargeCategory === 'Usage' || row.ChargeCategory === 'Purchase') &&
    row.ChargeClass !== 'Correction'
  );
}

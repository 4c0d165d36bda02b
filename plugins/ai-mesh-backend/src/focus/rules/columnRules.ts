import { FocusRule, headerRule, isNull, numberIn, rowRule } from './FocusRule';
import {
  CONDITIONAL,
  KEY_VALUES,
  MANDATORY,
  MANDATORY_NULLABLE,
  NUMERIC,
  RECOMMENDED_NOT_NULL,
  TIMES,
  UNITS,
} from './specification';

const CUSTOM = /^x_[A-Z][A-Za-z0-9]{0,47}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** `<unit-quantity> <unit>`, units joined by a hyphen, a ratio by a slash; each begins with a capital, or is `b`, `Kb`, …. */
const UNIT =
  /^([1-9]\d* )?(b|[A-Z][A-Za-z]*)(-[A-Z][A-Za-z]*)?(\/([1-9]\d* )?[A-Z][A-Za-z]*)?$/;

/** What can be said of a column by itself: that it is there, not empty, and well-formed. */
export const COLUMN_RULES: readonly FocusRule[] = [
  ...[
    ...MANDATORY,
    ...MANDATORY_NULLABLE.map(id => ({ id, versions: undefined })),
    ...CONDITIONAL,
  ].map(({ id, versions }) =>
    headerRule(
      {
        id: `${id}-present`,
        column: id,
        ...(versions && { versions }),
        text: `CostAndUsage MUST include ${id}`,
        source: 'Cost and Usage dataset, column presence',
        todo: `Add the column ${id}`,
      },
      ({ columns }) => (columns.includes(id) ? [] : ['no such column']),
    ),
  ),
  ...[
    ...MANDATORY,
    ...RECOMMENDED_NOT_NULL.map(id => ({ id, versions: undefined })),
  ].map(({ id, versions }) =>
    rowRule(
      {
        id: `${id}-not-null`,
        column: id,
        ...(versions && { versions }),
        text: `${id} MUST NOT be null`,
        source: `Column ${id}, nullability`,
        todo: `Give ${id} a value in this row`,
      },
      row => row[id] === null, // a column that is not there is another rule's
    ),
  ),
  ...NUMERIC.map(id =>
    rowRule(
      {
        id: `${id}-numeric`,
        column: id,
        text: `${id} MUST conform to NumericFormat: one plain number, no exponent, no plus, no separators`,
        source: 'Attribute NumericFormat',
        todo: 'Write it as a plain decimal such as -12.5',
      },
      row => !isNull(row, id) && numberIn(row, id) === undefined,
    ),
  ),
  ...TIMES.map(id =>
    rowRule(
      {
        id: `${id}-datetime`,
        column: id,
        text: `${id} MUST use the extended ISO 8601 format in UTC: YYYY-MM-DDTHH:mm:ssZ`,
        source: 'Attribute DateTimeFormat',
        todo: 'Write it as 2026-10-01T00:00:00Z',
      },
      row => !isNull(row, id) && !isMoment(row[id] ?? ''),
    ),
  ),
  ...UNITS.map(id =>
    rowRule(
      {
        id: `${id}-unit`,
        column: id,
        text: `${id} conforms to UnitFormat: a capitalised plural unit, with a whole quantity in front where there is one`,
        source: 'Attribute UnitFormat',
        todo: 'Write it as Tokens, 1000000 Tokens, GPU-Seconds or GB/Hour',
      },
      row => !isNull(row, id) && !UNIT.test(row[id] ?? ''),
    ),
  ),
  ...KEY_VALUES.map(({ id, versions }) =>
    rowRule(
      {
        id: `${id}-key-value`,
        column: id,
        ...(versions && { versions }),
        text: `${id} MUST be a JSON object whose values are numbers, strings, booleans or null`,
        source: 'Attribute KeyValueFormat',
        todo: 'Write a flat JSON object, or leave the cell empty',
      },
      row => !isNull(row, id) && !isFlatObject(row[id] ?? ''),
    ),
  ),
  headerRule(
    {
      id: 'columns-unique',
      column: '*',
      text: 'A column appears once',
      source: 'Cost and Usage dataset',
      todo: 'Remove the second one',
    },
    ({ columns }) =>
      columns.filter((each, index) => columns.indexOf(each) !== index),
  ),
  headerRule(
    {
      id: 'columns-ordered',
      column: '*',
      text: 'FOCUS columns come first, then custom columns, each by the alphabet',
      source: 'Attribute ColumnHandling, ordering (SHOULD)',
      todo: 'Sort the columns',
    },
    ({ columns }) => {
      const sorted = [...columns].sort((a, b) => {
        const custom = Number(a.startsWith('x_')) - Number(b.startsWith('x_'));
        return custom || (a < b ? -1 : 1);
      });
      const wrong = columns.findIndex((each, index) => each !== sorted[index]);
      return wrong === -1 ? [] : [columns[wrong]];
    },
  ),
  headerRule(
    {
      id: 'custom-columns-named',
      column: 'x_*',
      text: 'Custom column MUST include the x_ prefix, and be in Pascal case with at most 50 characters',
      source: 'Attribute CustomColumnHandling',
      todo: 'Rename it to x_ and words in Pascal case',
    },
    ({ columns }) =>
      columns.filter(each => /^x/i.test(each) && !CUSTOM.test(each)),
  ),
  headerRule(
    {
      id: 'columns-known',
      column: '*',
      text: 'A column without the x_ prefix is one of the specification; ProviderName and PublisherName were removed in 1.4, Allocated columns, HostProviderName and ServiceProviderName came with 1.3',
      source: 'Cost and Usage dataset, columns; changelog of 1.3 and 1.4',
      todo: 'Remove the column, or put x_ in front',
    },
    ({ columns, version }) => {
      const known = new Set(
        [...MANDATORY, ...CONDITIONAL]
          .filter(({ versions }) => versions?.includes(version) ?? true)
          .map(({ id }) => id)
          .concat(MANDATORY_NULLABLE, RECOMMENDED_NOT_NULL)
          .concat(version === '1.2' ? [] : ['AllocatedMethodDetails']),
      );
      return columns.filter(each => !/^x_/.test(each) && !known.has(each));
    },
  ),
];

function isMoment(text: string): boolean {
  return (
    DATE_TIME.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text.slice(0, 19))
  );
}

function isFlatObject(text: string): boolean {
  const value = parseObject(text);
  return (
    value !== undefined &&
    Object.values(value).every(
      each => each === null || typeof each !== 'object',
    )
  );
}

/** The JSON object in a text; undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

import { InputError, isError, stringifyError } from '@backstage/errors';
import { PriceImport } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';

/** What is wrong with a file, and where. */
export type FileProblem = PriceImport['problems'][number];

/** The columns of a price file, in the order in which the guide prints them. */
const FILE_COLUMNS = [
  'price_key',
  'region',
  'service_tier',
  'class',
  'above_input_tokens',
  'usd',
  'per',
  'currency',
  'valid_from',
  'valid_to',
] as const;

/** @see FILE_COLUMNS */
export type FileColumn = (typeof FILE_COLUMNS)[number];

const REQUIRED: readonly FileColumn[] = ['price_key', 'class', 'usd', 'per'];

/** A row as it stands in the file, with its line; what is empty is absent. */
export interface FileRow {
  line: number;
  values: Partial<Record<FileColumn, string>>;
}

/** The rows of a file, and what could not be read of it. */
export interface FileRows {
  rows: FileRow[];
  problems: FileProblem[];
}

/** Reads the rows of a CSV file with a header, by RFC 4180; a byte order mark is skipped. */
function readCsvRows(content: string): FileRows {
  const records: { record: string[]; line: number }[] = [];
  try {
    let ended = 0;
    parse(content, {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (record: string[], { lines }) => {
        records.push({ record, line: ended + 1 });
        ended = lines;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    return { rows: [], problems: [{ line, problem: error.message }] };
  }
  const [header, ...rest] = records;
  const columns = header?.record ?? [];
  const problems = checkHeader(columns);
  if (problems.length > 0) return { rows: [], problems };
  const rows: FileRow[] = [];
  for (const { record, line } of rest) {
    if (record.every(each => each === '')) continue;
    if (record.length !== columns.length) {
      const problem = `it has ${record.length} columns, the header has ${columns.length}`;
      problems.push({ line, problem });
      continue;
    }
    const pairs = columns.map((name, index) => [name, record[index]]);
    rows.push({
      line,
      values: Object.fromEntries(pairs.filter(([, value]) => value !== '')),
    });
  }
  return { rows, problems };
}

function checkHeader(columns: readonly string[]): FileProblem[] {
  const known: readonly string[] = FILE_COLUMNS;
  const unknown = columns.filter(each => !known.includes(each));
  const twice = columns.filter((each, index) => columns.indexOf(each) < index);
  const missing = REQUIRED.filter(each => !columns.includes(each));
  return [
    ...unknown.map(column => `unknown column "${column}"`),
    ...twice.map(column => `the column "${column}" is there twice`),
    ...missing.map(column => `the column "${column}" is missing`),
  ].map(problem => ({
    line: 1,
    problem: `${problem}: expected ${FILE_COLUMNS.join(', ')}`,
  }));
}

const NOT_TEXT = `expected text in quotes such as "2.50", because a JSON number is not exact`;
const jsonSchema = z.array(z.record(z.string(), z.unknown()));

/**
 * Reads the rows of a JSON file: an array of objects with the columns as keys. Numbers that are money are text,
 * as a JSON number is not exact. A row's line is that of its opening brace.
 */
function readJsonRows(content: string): FileRows {
  let rows: Record<string, unknown>[];
  try {
    rows = jsonSchema.parse(JSON.parse(content.replace(/^\uFEFF/, '')));
  } catch (error) {
    const problem =
      error instanceof SyntaxError
        ? `it is no JSON: ${error.message}`
        : 'expected an array of objects, one a rate';
    return { rows: [], problems: [{ line: 1, problem }] };
  }
  const lines = linesOfObjects(content);
  const problems: FileProblem[] = [];
  const read = rows.map((row, index): FileRow => {
    const line = lines[index] ?? 1;
    const values: FileRow['values'] = {};
    for (const [name, value] of Object.entries(row)) {
      const column = FILE_COLUMNS.find(each => each === name);
      if (!column) {
        problems.push({
          line,
          column: name,
          problem: `unknown: expected ${FILE_COLUMNS.join(', ')}`,
        });
      } else if (value !== null && value !== '') {
        const text = textOf(column, value);
        if (text === undefined) {
          problems.push({ line, column, problem: NOT_TEXT });
        } else values[column] = text;
      }
    }
    return { line, values };
  });
  return { rows: read, problems };
}

function textOf(column: FileColumn, value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  const isCount = column === 'above_input_tokens';
  return isCount && typeof value === 'number' ? String(value) : undefined;
}

/** The lines on which the objects of the outer array begin. Knows that the text is valid JSON. */
function linesOfObjects(content: string): number[] {
  const lines: number[] = [];
  let depth = 0;
  let line = 1;
  for (const [token] of content.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]\n]/g)) {
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') {
      if (token === '{' && depth === 1) lines.push(line);
      depth += 1;
    } else if (token === '}' || token === ']') depth -= 1;
  }
  return lines;
}

/** @throws InputError when the name ends in neither `.csv` nor `.json` */
export function readFileRows(fileName: string, content: string): FileRows {
  if (/\.csv$/i.test(fileName)) return readCsvRows(content);
  if (/\.json$/i.test(fileName)) return readJsonRows(content);
  throw new InputError(
    `Cannot read "${fileName}" as prices: expected a file that ends in .csv or .json`,
  );
}

/** What an error says, for a {@link FileProblem}. */
export function problemOf(error: unknown): string {
  return isError(error) ? error.message : stringifyError(error);
}

import { stringify } from 'csv-stringify/sync';
import { FocusColumn, FocusColumnId } from './focusColumns';
import { formatFocusDecimal } from './focusDecimal';
import { FocusRow } from './toFocusRow';

/** Rows that are turned into text at once. */
const ROWS_A_CHUNK = 500;

/** What a spreadsheet would take for a formula at the beginning of a cell. */
const FORMULA = /^[=+\-@\t\r]/;

const OPTIONS = {
  record_delimiter: 'windows',
  quoted_match: /[\r\n]/, // a lone line feed too, not only the pair that ends a record
} as const;

/**
 * Writes rows as CSV (RFC 4180, UTF-8, a header, nothing for null).
 *
 * A text that a spreadsheet would run as a formula, such as a model that somebody called `=cmd|…`, gets an apostrophe
 * in front. Numbers are never changed: their columns hold nothing but numbers.
 */
export async function* writeCsv(
  rows: AsyncIterable<FocusRow>,
  columns: readonly (FocusColumn & { id: FocusColumnId })[],
): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  let chunk: (string | null)[][] = [columns.map(({ id }) => id)];
  for await (const row of rows) {
    chunk.push(columns.map(({ id }) => cellText(row[id])));
    if (chunk.length < ROWS_A_CHUNK) continue;
    yield encoder.encode(stringify(chunk, OPTIONS));
    chunk = [];
  }
  if (chunk.length > 0) yield encoder.encode(stringify(chunk, OPTIONS));
}

function cellText(cell: FocusRow[FocusColumnId]): string | null {
  if (typeof cell === 'bigint') return formatFocusDecimal(cell);
  return cell !== null && FORMULA.test(cell) ? `'${cell}` : cell;
}

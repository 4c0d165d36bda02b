import { ChargeClass, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CsvError, parse } from 'csv-parse/sync';
import { InvalidFieldsError } from '../../http/InvalidFieldsError';
import { formatMonth, MonthNumber } from '../monthNumber';
import { ExactAmount, toPico } from './amounts';
import { InvoiceRow, RowProblem } from './InvoiceRow';
import { findShape, InvoiceShape } from './invoiceShapes';

/** Rows are told of up to here: the next ones are likely wrong for the same reason. */
const MOST_PROBLEMS = 20;
/** More than all money of one line of an invoice; what is larger does not fit a ledger line. */
const LARGEST_LINE = 9_000_000n * 1_000_000_000_000n;

/** What an invoice says about a model and a class: the sum of its rows. */
export interface InvoiceLine {
  model: string;
  chargeClass?: ChargeClass;
  amount: PicoUsd;
  rowCount: number;
}

/**
 * Reads a provider's invoice for a month. Rows of the same provider, model and class are summed exactly, and each sum
 * is rounded to the pico-dollar once, half to even.
 *
 * @param content - CSV with a header, by RFC 4180; see the shapes for its columns
 * @returns the lines by provider
 * @throws InvalidFieldsError that names every wrong row; then nothing of the file is to be used
 */
export function readInvoice(
  content: string,
  month: MonthNumber,
): Map<string, InvoiceLine[]> {
  const { shape, rows } = readRows(content);
  const problems: string[] = [];
  const sums = new Map<string, { row: InvoiceRow; amounts: ExactAmount[] }>();
  for (const { values, line } of rows) {
    try {
      const row = readRow(values, shape, month);
      const key = `${row.provider}\n${row.model}\n${row.chargeClass ?? ''}`;
      const sum = sums.get(key);
      if (sum) sum.amounts.push(row.amount);
      else sums.set(key, { row, amounts: [row.amount] });
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      problems.push(`line ${line}, column ${error.column}: ${error.message}`);
    }
  }
  refuse(problems);
  const lines = new Map<string, InvoiceLine[]>();
  for (const { row, amounts } of sums.values()) {
    const amount = toPico(amounts);
    if (amount > LARGEST_LINE || amount < -LARGEST_LINE) {
      throw new InvalidFieldsError({
        content: `${row.provider} ${row.model} sums to more than 9 million USD; was the amount given in another unit?`,
      });
    }
    const { model, chargeClass, provider } = row;
    const line = { model, chargeClass, amount, rowCount: amounts.length };
    lines.set(provider, [...(lines.get(provider) ?? []), line]);
  }
  return lines;
}

/** A row of the file by its column, in lower case, with the number of its line. */
interface FileRow {
  values: ReadonlyMap<string, string>;
  line: number;
}

function readRows(content: string): { shape: InvoiceShape; rows: FileRow[] } {
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
    throw new InvalidFieldsError({ content: `no CSV: ${error.message}` });
  }
  const header = records[0]?.record.map(each => each.toLowerCase()) ?? [];
  const shape = findShape(header);
  const rows = records.slice(1).flatMap(({ record, line }) => {
    if (record.every(cell => cell === '')) return [];
    const values = new Map(
      header.map((name, index) => [name, record[index] ?? '']),
    );
    return [{ values, line }];
  });
  if (rows.length === 0) {
    throw new InvalidFieldsError({ content: 'holds no rows' });
  }
  return { shape, rows };
}

function readRow(
  values: ReadonlyMap<string, string>,
  shape: InvoiceShape,
  month: MonthNumber,
): InvoiceRow {
  const row = shape.read(name => values.get(name) ?? '');
  if (row.month !== month) {
    throw new RowProblem(
      shape.dateColumn,
      `is of ${formatMonth(row.month)}, and the invoice is for ${formatMonth(
        month,
      )}`,
    );
  }
  return row;
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, MOST_PROBLEMS).join('; ');
  const more = problems.length - MOST_PROBLEMS;
  throw new InvalidFieldsError({
    content: more > 0 ? `${told}; and ${more} more` : told,
  });
}

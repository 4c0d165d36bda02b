import { parse } from 'csv-parse';
import {
  AsyncBuffer,
  FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { FileHandle, open } from 'node:fs/promises';
import { formatFocusDecimal, FocusDecimal } from './focusDecimal';
import { FOCUS_SCALE } from './focusColumns';
import { FileRow } from './rules/FocusRule';

/** Rows of a Parquet file that are read at once. */
const ROWS_A_READ = 5_000;

/** A file of an export, as rules look at it: texts, whatever its format. */
export interface FocusFile {
  columns: string[];
  rows: AsyncIterable<FileRow>;
}

/**
 * Reads an export, row by row.
 *
 * @param path - of a file that ends in `.csv` or `.parquet`
 * @throws Error when there is no such file, or when it is not of the format that its name says
 */
export async function readFocusFile(path: string): Promise<FocusFile> {
  return path.toLowerCase().endsWith('.parquet')
    ? readParquet(path)
    : readCsv(path);
}

async function readCsv(path: string): Promise<FocusFile> {
  const handle = await open(path);
  const parser = parse({
    bom: true,
    // nothing between two commas is null; two quotes would be an empty text
    cast: (text, { quoting }) => (text || quoting ? text : null),
  });
  handle
    .createReadStream()
    .on('error', error => parser.destroy(error))
    .pipe(parser);
  const records: AsyncIterator<(string | null)[]> =
    parser[Symbol.asyncIterator]();
  const header = await records.next();
  const columns: string[] = header.done
    ? []
    : header.value.map(each => each ?? '');
  return { columns, rows: rowsOf(columns, records) };
}

async function* rowsOf(
  columns: readonly string[],
  records: AsyncIterator<(string | null)[]>,
): AsyncIterable<FileRow> {
  for (
    let each = await records.next();
    !each.done;
    each = await records.next()
  ) {
    const { value } = each;
    yield Object.fromEntries(columns.map((id, index) => [id, value[index]]));
  }
}

async function readParquet(path: string): Promise<FocusFile> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = bufferOf(handle, size);
    const metadata = await parquetMetadataAsync(file);
    const scales = takeScales(metadata);
    return {
      columns: metadata.schema.slice(1).map(({ name }) => name),
      rows: readRows({ handle, file, metadata, scales }),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* readRows(parquet: {
  handle: FileHandle;
  file: AsyncBuffer;
  metadata: FileMetaData;
  scales: ReadonlyMap<string, number>;
}): AsyncIterable<FileRow> {
  const { handle, file, metadata, scales } = parquet;
  const rowCount = Number(metadata.num_rows);
  try {
    for (let rowStart = 0; rowStart < rowCount; rowStart += ROWS_A_READ) {
      const rowEnd = Math.min(rowStart + ROWS_A_READ, rowCount);
      const rows = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
      });
      for (const row of rows) yield toTexts(row, scales);
    }
  } finally {
    await handle.close();
  }
}

/**
 * The library reads decimals as JavaScript numbers, and loses digits. Without their logical type they come as the
 * bytes that they are.
 */
function takeScales(metadata: FileMetaData): Map<string, number> {
  const scales = new Map<string, number>();
  for (const element of metadata.schema) {
    if (element.converted_type !== 'DECIMAL') continue;
    scales.set(element.name, element.scale ?? 0);
    delete element.converted_type;
    delete element.logical_type;
  }
  return scales;
}

function toTexts(
  row: Record<string, unknown>,
  scales: ReadonlyMap<string, number>,
): FileRow {
  return Object.fromEntries(
    Object.entries(row).map(([id, value]) => [
      id,
      toText(value, scales.get(id)),
    ]),
  );
}

function toText(value: unknown, scale: number | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (value instanceof Uint8Array && scale !== undefined) {
    return formatFocusDecimal(
      toBigInt(value) * 10n ** BigInt(FOCUS_SCALE - scale),
    );
  }
  return String(value);
}

/** Big-endian two's complement. */
function toBigInt(bytes: Uint8Array): FocusDecimal {
  const unsigned = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(bytes.length * 8, unsigned);
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
}

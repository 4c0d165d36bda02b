import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import {
  FOCUS_PRECISION,
  FOCUS_SCALE,
  FocusColumn,
  FocusColumnId,
  FocusColumnType,
} from './focusColumns';
import { FocusRow } from './toFocusRow';

/** Rows of a row group: what is held in memory at once. */
const ROWS_A_GROUP = 5_000;
/** The narrowest that holds 38 digits. */
const DECIMAL_BYTES = 16;

/** The physical and the logical type of a column. JSON stays text: readers that do not know the type still read it. */
const TYPES: Record<FocusColumnType, Omit<SchemaElement, 'name'>> = {
  text: text(),
  json: text(),
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: DECIMAL_BYTES,
    converted_type: 'DECIMAL',
    logical_type: {
      type: 'DECIMAL',
      precision: FOCUS_PRECISION,
      scale: FOCUS_SCALE,
    },
    precision: FOCUS_PRECISION,
    scale: FOCUS_SCALE,
  },
};

/**
 * Writes rows as Parquet, a row group at a time. Decimals are DECIMAL(38, 18), exact: they go to the library as the
 * whole numbers that they are. Moments are timestamps in UTC.
 *
 * @param metadata - stands in the file's footer
 */
export async function* writeParquet(
  rows: AsyncIterable<FocusRow>,
  columns: readonly (FocusColumn & { id: FocusColumnId })[],
  metadata: Record<string, string>,
): AsyncIterable<Uint8Array> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaOf(columns),
    createdBy: 'Sovereign AI Mesh',
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({
      key,
      value,
    })),
  });
  let group: FocusRow[] = [];
  const write = () =>
    parquet.write({
      columnData: columns.map(({ id, type }) => ({
        name: id,
        data: group.map(row => toValue(row[id], type)),
      })),
      rowGroupSize: group.length,
    });
  for await (const row of rows) {
    group.push(row);
    if (group.length < ROWS_A_GROUP) continue;
    await write();
    group = [];
    yield take(writer);
  }
  if (group.length > 0) await write();
  await parquet.finish();
  yield take(writer);
}

/** What was written since the last time; the writer's offset goes on, so that the footer finds every column. */
function take(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function schemaOf(columns: readonly FocusColumn[]): SchemaElement[] {
  return [
    { name: 'schema', num_children: columns.length },
    ...columns.map(
      ({ id, type, nullable }): SchemaElement => ({
        name: id,
        ...TYPES[type],
        repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED',
      }),
    ),
  ];
}

function toValue(cell: FocusRow[FocusColumnId], type: FocusColumnType) {
  return type === 'time' && typeof cell === 'string' ? new Date(cell) : cell;
}

function text(): Omit<SchemaElement, 'name'> {
  return {
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
  };
}

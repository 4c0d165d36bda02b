import {
  FocusFormat,
  FocusVersion,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FocusCharge } from '../FocusCharge';
import { focusColumnsOf } from '../focusColumns';
import { readFocusFile } from '../readFocusFile';
import { FileRow } from '../rules/FocusRule';
import { toFocusRow } from '../toFocusRow';
import { writeCsv } from '../writeCsv';
import { writeParquet } from '../writeParquet';

/** The file that charges become. */
export async function exportCharges(
  charges: readonly FocusCharge[],
  options: { version: FocusVersion; format: FocusFormat },
): Promise<Uint8Array> {
  const columns = focusColumnsOf(options.version);
  async function* rows() {
    for (const charge of charges) yield toFocusRow(charge, options.version);
  }
  const pieces: Uint8Array[] = [];
  const file =
    options.format === 'csv'
      ? writeCsv(rows(), columns)
      : writeParquet(rows(), columns, {});
  for await (const piece of file) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Reads the bytes of an export back, all rows at once. */
export async function readExport(
  bytes: Uint8Array,
  format: FocusFormat,
): Promise<{ columns: string[]; rows: FileRow[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'focus-'));
  try {
    const path = join(folder, `export.${format}`);
    await writeFile(path, bytes);
    const { columns, rows } = await readFocusFile(path);
    const all: FileRow[] = [];
    for await (const row of rows) all.push(row);
    return { columns, rows: all };
  } finally {
    await rm(folder, { recursive: true });
  }
}

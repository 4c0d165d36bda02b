import {
  FocusVersion,
  focusVersionSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseArgs } from 'node:util';
import { readFocusFile } from './readFocusFile';
import { checkFocus } from './rules/checkFocus';

const USAGE = `Checks a FOCUS export against the rules of the specification.

  npm run focus:check -- FILE [--version 1.4] [--part]

  FILE        ends in .csv or .parquet
  --version   1.2, 1.3 or 1.4; 1.4 when left out
  --part      the file holds some departments only: splits need not be complete

Examples:
  npm run focus:check -- focus-1.4-2026-10.csv
  npm run focus:check -- finance.parquet --version 1.3 --part
`;

/**
 * `npm run focus:check`: one line a finding, tab-separated: rule, column, row, what was found, what to do.
 *
 * @returns the exit code: 0 when every rule holds, 1 when not, 2 when it was called wrongly
 */
export async function focusCheck(
  args: readonly string[],
  streams: { out: (text: string) => void; error: (text: string) => void },
): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    streams.error(USAGE);
    return 2;
  }
  const { path, version, isPart } = options;
  try {
    const file = await readFocusFile(path);
    const { findings, rowCount } = await checkFocus(file, { version, isPart });
    for (const { rule, row, found } of findings) {
      const place = row === undefined ? 'file' : `row ${row}`;
      streams.out(
        `${rule.id}\t${rule.column}\t${place}\t${found}\t${rule.text} (${rule.source}). ${rule.todo}\n`,
      );
    }
    streams.error(
      findings.length === 0
        ? `${rowCount} rows hold every rule of FOCUS ${version}\n`
        : `${findings.length} findings in ${rowCount} rows\n`,
    );
    return findings.length === 0 ? 0 : 1;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    streams.error(
      `Cannot check "${path}": ${reason}. Expected an export of cost, as CSV or Parquet\n`,
    );
    return 2;
  }
}

function readOptions(
  args: readonly string[],
): { path: string; version: FocusVersion; isPart: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        version: { type: 'string', default: '1.4' },
        part: { type: 'boolean', default: false },
      },
    });
    const version = focusVersionSchema.safeParse(values.version);
    const [path, ...more] = positionals;
    if (!version.success || !path || more.length > 0) return undefined;
    return { path, version: version.data, isPart: values.part };
  } catch {
    return undefined;
  }
}

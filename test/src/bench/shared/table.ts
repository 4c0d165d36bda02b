import { cpus } from 'node:os';
import { Row } from './load/runLoad';
import { medianBy } from './statistics';

const COLUMNS: ReadonlyArray<{ head: string; cell: (row: Row) => string }> = [
  { head: 'requests/s', cell: row => row.rps.toFixed(0) },
  { head: 'CPU µs/request', cell: row => row.cpuMicrosPerRequest.toFixed(1) },
  { head: 'p50 ms', cell: row => row.p50Ms.toFixed(2) },
  { head: 'p99 ms', cell: row => row.p99Ms.toFixed(2) },
  { head: 'first byte p50', cell: row => row.ttftP50Ms.toFixed(2) },
  { head: 'first byte p99', cell: row => row.ttftP99Ms.toFixed(2) },
];

/** The round of each row that is its median by requests per second. */
export function medianRows(rounds: ReadonlyMap<string, Row[]>): Row[] {
  return [...rounds.values()].flatMap(
    rows => medianBy(rows, row => row.rps) ?? [],
  );
}

/** Prints one line a row, below a line about the machine and one about the load. */
export function printTable(
  rows: readonly Row[],
  options: { load: string; isPinned: boolean },
): void {
  const core = options.isPinned
    ? 'The measured process has a core of its own'
    : 'The measured process has NO core of its own';
  process.stdout.write(
    `\n${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${
      process.version
    }\n` +
      `${options.load}\n` +
      `${core}; the control plane books beside it, where a core is idle.\n\n`,
  );
  const heads = COLUMNS.map(column => column.head);
  const lines = rows.map(row => COLUMNS.map(column => column.cell(row)));
  const names = ['row', ...rows.map(row => row.name)];
  for (const [index, cells] of [heads, ...lines].entries()) {
    const padded = cells.map(cell => cell.padStart(16)).join('');
    process.stdout.write(`${names[index].padEnd(20)}${padded}\n`);
  }
  process.stdout.write('\n');
}

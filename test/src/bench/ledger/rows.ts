/** A row of the ledger's benchmark. */
export interface LedgerRow {
  name: string;
  /** Ledger lines per second. */
  rps: number;
  /** CPU time of the booking process, without the database server's, in microseconds a line. */
  cpuMicrosPerLine: number;
  /** On disk, indexes included. */
  bytesPerLine?: number;
  reportP95Ms?: number;
}

/** Prints one line a row. */
export function printRows(rows: readonly LedgerRow[]): void {
  const heads = [
    'row',
    'lines/s',
    'CPU µs/line',
    'bytes/line',
    'report p95 ms',
  ];
  const cells = rows.map(row => [
    row.name,
    row.rps.toFixed(0),
    row.cpuMicrosPerLine.toFixed(1),
    row.bytesPerLine?.toFixed(0) ?? '–',
    row.reportP95Ms?.toFixed(0) ?? '–',
  ]);
  process.stdout.write('\n');
  for (const [name, ...values] of [heads, ...cells]) {
    const padded = values.map(value => value.padStart(16)).join('');
    process.stdout.write(`${name.padEnd(20)}${padded}\n`);
  }
  process.stdout.write('\n');
}

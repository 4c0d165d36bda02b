/** What a benchmark must reach. */
export interface Bar {
  /** What is compared, in words. */
  name: string;
  value: number;
  /** The bar: at most or at least that. */
  limit: { atMost: number } | { atLeast: number };
  unit?: string;
}

/** Never of a value that could not be measured. */
export function isMet({ value, limit }: Bar): boolean {
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;
}

/** Prints each bar with PASS or FAIL. @returns whether all are met */
export function printBars(bars: readonly Bar[]): boolean {
  for (const bar of bars) {
    const { name, value, limit, unit = '' } = bar;
    const wanted =
      'atMost' in limit
        ? `at most ${limit.atMost}${unit}`
        : `at least ${limit.atLeast}${unit}`;
    process.stdout.write(
      `${isMet(bar) ? 'PASS' : 'FAIL'}  ${name}: ${readable(
        value,
      )}${unit} (${wanted})\n`,
    );
  }
  return bars.every(isMet);
}

function readable(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3);
}

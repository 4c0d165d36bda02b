/** Counts of values by size: what a call adds is one number and one sum. */
export class Histogram {
  /** Upper bounds, each belonging to its bucket, as Prometheus and OpenTelemetry have it. */
  readonly bounds: readonly number[];
  /** One more than there are bounds: the last takes what is above all of them. */
  readonly counts: number[];
  sum = 0;

  /** @param bounds - ascending */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  record(value: number): void {
    const { bounds } = this;
    let index = 0;
    while (index < bounds.length && value > bounds[index]) index += 1;
    this.counts[index] += 1;
    this.sum += value;
  }

  get count(): number {
    return this.counts.reduce((sum, each) => sum + each, 0);
  }
}

/** As the GenAI conventions want it, for every duration; in seconds. */
export const SECONDS_BOUNDS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48,
  40.96, 81.92,
];

/** As the GenAI conventions want it, for counts of tokens. */
export const TOKEN_BOUNDS: readonly number[] = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304,
  16_777_216, 67_108_864,
];

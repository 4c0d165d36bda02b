import { Histogram } from './Histogram';

/** One line of a metric. */
export interface Sample {
  /** Values of the metric's labels, in their order; empty where a label does not apply. */
  readonly values: readonly string[];
  /** Text where a number would not be exact. */
  readonly value: number | string | Histogram;
}

/** A metric, read only when somebody asks for it. Names and units as in OpenTelemetry. */
export interface Metric {
  /** Such as `gen_ai.client.token.usage`. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** `s`, `By`, `USD`, `1`, or a thing that is counted, such as `{token}`. */
  readonly unit: string;
  readonly description: string;
  readonly labels: readonly string[];
  read(): Iterable<Sample>;
}

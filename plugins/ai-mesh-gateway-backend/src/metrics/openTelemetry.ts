import {
  MetricAttributes,
  MetricsService,
  MetricsServiceHistogram,
  MetricsServiceObservableResult,
} from '@backstage/backend-plugin-api/alpha';
import {
  DURATION,
  FIRST_CHUNK,
  OPERATION_LABELS,
  TOKEN_USAGE,
} from './callMetrics';
import { Histogram, SECONDS_BOUNDS, TOKEN_BOUNDS } from './Histogram';
import { Metric } from './Metric';
import { Entry } from './SeriesTable';

/** The histograms of calls in OpenTelemetry, whose API takes each value when it comes, and no counts. */
export interface CallHistograms {
  duration(seconds: number, entry: Entry<unknown>): void;
  firstChunk(seconds: number, entry: Entry<unknown>): void;
  tokens(input: number, output: number, entry: Entry<unknown>): void;
}

/**
 * Hands metrics to Backstage's metrics service, that is to OpenTelemetry.
 *
 * Counters and gauges are read when OpenTelemetry asks. Where no SDK was started before the backend, as
 * Backstage's guide has it, all of this does nothing.
 *
 * @returns the histograms, to be filled call by call
 */
export function publishMetrics(
  service: MetricsService,
  metrics: readonly Metric[],
): CallHistograms {
  const histograms = new Map<string, MetricsServiceHistogram>();
  for (const metric of metrics) {
    const { name, unit, description } = metric;
    if (metric.kind === 'histogram') {
      const explicitBucketBoundaries = [
        ...(unit === 's' ? SECONDS_BOUNDS : TOKEN_BOUNDS),
      ];
      histograms.set(
        name,
        service.createHistogram(name, {
          unit,
          description,
          advice: { explicitBucketBoundaries },
        }),
      );
    } else {
      const observable =
        metric.kind === 'counter'
          ? service.createObservableCounter(name, { unit, description })
          : service.createObservableGauge(name, { unit, description });
      observable.addCallback(result => observe(metric, result));
    }
  }
  return createCallHistograms(histograms);
}

function observe(metric: Metric, result: MetricsServiceObservableResult): void {
  for (const { value, values } of metric.read()) {
    if (value instanceof Histogram) continue;
    result.observe(Number(value), toAttributes(metric.labels, values));
  }
}

function createCallHistograms(
  histograms: ReadonlyMap<string, MetricsServiceHistogram>,
): CallHistograms {
  const durations = histograms.get(DURATION);
  const firstChunks = histograms.get(FIRST_CHUNK);
  const tokenUsages = histograms.get(TOKEN_USAGE);
  const attributesOf = createAttributes([...OPERATION_LABELS, 'error.type']);
  const inputOf = createAttributes(OPERATION_LABELS, 'input');
  const outputOf = createAttributes(OPERATION_LABELS, 'output');
  return {
    duration: (seconds, entry) =>
      durations?.record(seconds, attributesOf(entry)),
    firstChunk: (seconds, entry) =>
      firstChunks?.record(seconds, attributesOf(entry)),
    tokens(input, output, entry) {
      tokenUsages?.record(input, inputOf(entry));
      tokenUsages?.record(output, outputOf(entry));
    },
  };
}

/** The attributes of a series, made once and not once a call. */
function createAttributes(
  labels: readonly string[],
  tokenType?: 'input' | 'output',
): (entry: Entry<unknown>) => MetricAttributes {
  const known = new WeakMap<Entry<unknown>, MetricAttributes>();
  return entry => {
    let attributes = known.get(entry);
    if (!attributes) {
      attributes = toAttributes(labels, entry.values);
      if (tokenType) attributes['gen_ai.token.type'] = tokenType;
      known.set(entry, attributes);
    }
    return attributes;
  };
}

function toAttributes(
  labels: readonly string[],
  values: readonly string[],
): MetricAttributes {
  const attributes: MetricAttributes = {};
  labels.forEach((label, index) => {
    if (values[index]) attributes[label] = values[index];
  });
  return attributes;
}

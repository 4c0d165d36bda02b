import { Histogram } from './Histogram';
import { Metric, Sample } from './Metric';

/** Of the text below: the format that every Prometheus and every collector reads. */
export const PROMETHEUS_CONTENT_TYPE =
  'text/plain; version=0.0.4; charset=utf-8';

const UNIT_SUFFIXES: Record<string, string> = {
  s: '_seconds',
  By: '_bytes',
  USD: '_usd',
};

/**
 * The metrics as Prometheus reads them, named as OpenTelemetry's own exporter names them:
 * `gen_ai.client.operation.duration` in `s` becomes `gen_ai_client_operation_duration_seconds`.
 *
 * Written here and not by a client library: the libraries count by themselves, at several times the cost on
 * the way of a call, and what is left of them then is this page.
 *
 * @param common - labels that stand on every line, such as the process
 */
export function toPrometheusText(
  metrics: Iterable<Metric>,
  common: Readonly<Record<string, string>> = {},
): string {
  const lines: string[] = [];
  for (const metric of metrics) writeMetric(lines, metric, common);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Texts of several processes as one: each metric once, with the lines of all. Their lines must differ by a label. */
export function mergePrometheusTexts(texts: readonly string[]): string {
  const families = new Map<string, { head: string[]; lines: string[] }>();
  for (const text of texts) {
    let family: { head: string[]; lines: string[] } | undefined;
    for (const line of text.split('\n')) {
      if (line.startsWith('# HELP ')) {
        const name = line.split(' ', 3)[2];
        family = families.get(name) ?? { head: [line], lines: [] };
        families.set(name, family);
      } else if (line.startsWith('# TYPE ')) {
        if (family?.head.length === 1) family.head.push(line);
      } else if (line !== '') {
        family?.lines.push(line);
      }
    }
  }
  const all = [...families.values()].flatMap(each => [
    ...each.head,
    ...each.lines,
  ]);
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

function writeMetric(
  lines: string[],
  metric: Metric,
  common: Readonly<Record<string, string>>,
): void {
  const name = prometheusName(metric);
  const labelNames = metric.labels.map(toName);
  let hasHead = false;
  for (const sample of metric.read()) {
    if (!hasHead) {
      hasHead = true;
      lines.push(
        `# HELP ${name} ${escapeHelp(metric.description)}`,
        `# TYPE ${name} ${metric.kind}`,
      );
    }
    const labels = labelText(labelNames, sample, common);
    if (sample.value instanceof Histogram) {
      writeHistogram(lines, name, labels, sample.value);
    } else {
      lines.push(`${name}${braced(labels)} ${sample.value}`);
    }
  }
}

function writeHistogram(
  lines: string[],
  name: string,
  labels: string,
  histogram: Histogram,
): void {
  const prefix = labels === '' ? '' : `${labels},`;
  let count = 0;
  histogram.counts.forEach((each, index) => {
    count += each;
    const bound = histogram.bounds[index] ?? '+Inf';
    lines.push(`${name}_bucket{${prefix}le="${bound}"} ${count}`);
  });
  lines.push(
    `${name}_sum${braced(labels)} ${histogram.sum}`,
    `${name}_count${braced(labels)} ${count}`,
  );
}

function prometheusName({ name, unit, kind }: Metric): string {
  const suffix = UNIT_SUFFIXES[unit] ?? '';
  return `${toName(name)}${suffix}${kind === 'counter' ? '_total' : ''}`;
}

function toName(name: string): string {
  return name.replaceAll('.', '_');
}

/** An empty label is the same as none to Prometheus, and shorter. */
function labelText(
  names: readonly string[],
  { values }: Sample,
  common: Readonly<Record<string, string>>,
): string {
  const parts = Object.entries(common).map(pair => labelPair(...pair));
  names.forEach((name, index) => {
    if (values[index]) parts.push(labelPair(name, values[index]));
  });
  return parts.join(',');
}

function labelPair(name: string, value: string): string {
  return `${name}="${value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')}"`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

import fc from 'fast-check';
import { Histogram } from './Histogram';
import { Metric } from './Metric';
import { mergePrometheusTexts, toPrometheusText } from './prometheusText';

function counter(name: string, values: string[][]): Metric {
  return {
    name,
    kind: 'counter',
    unit: '{call}',
    description: `About\n${name}`,
    labels: ['model', 'error.type'],
    read: () => values.map(each => ({ values: each, value: 1 })),
  };
}

/** A line, read as Prometheus does. */
function parse(line: string) {
  const [, name, labels = '', value] =
    /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)*)\})? (\S+)$/.exec(
      line,
    ) ?? [];
  const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\["\\n])*)"/g)];
  const unescape = (text: string) =>
    text.replace(/\\(.)/g, (_, each) => (each === 'n' ? '\n' : each));
  return {
    name,
    value,
    labels: Object.fromEntries(
      pairs.map(([, key, text]) => [key, unescape(text)]),
    ),
  };
}

describe('toPrometheusText', () => {
  it('names metrics as OpenTelemetry exporters do, and leaves out labels that do not apply', () => {
    const histogram = new Histogram([0.5, 1]);
    histogram.record(0.5);
    histogram.record(2);
    const duration: Metric = {
      name: 'gen_ai.client.operation.duration',
      kind: 'histogram',
      unit: 's',
      description: 'GenAI operation duration.',
      labels: ['gen_ai.request.model', 'error.type'],
      read: () => [{ values: ['gpt-4o', ''], value: histogram }],
    };
    expect(
      toPrometheusText([duration, counter('ai_mesh.calls', [])], {
        process: '2',
      }),
    )
      .toBe(`# HELP gen_ai_client_operation_duration_seconds GenAI operation duration.
# TYPE gen_ai_client_operation_duration_seconds histogram
gen_ai_client_operation_duration_seconds_bucket{process="2",gen_ai_request_model="gpt-4o",le="0.5"} 1
gen_ai_client_operation_duration_seconds_bucket{process="2",gen_ai_request_model="gpt-4o",le="1"} 1
gen_ai_client_operation_duration_seconds_bucket{process="2",gen_ai_request_model="gpt-4o",le="+Inf"} 2
gen_ai_client_operation_duration_seconds_sum{process="2",gen_ai_request_model="gpt-4o"} 2.5
gen_ai_client_operation_duration_seconds_count{process="2",gen_ai_request_model="gpt-4o"} 2
`);
  });

  it('keeps any label value whole on one line', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), model => {
        fc.pre(!/[\r\u2028\u2029]/.test(model)); // no line ends to Prometheus, but to this test's expression
        const text = toPrometheusText([counter('calls', [[model, '']])]);
        const [help, type, line, end] = text.split('\n');
        expect(help).toBe('# HELP calls_total About\\ncalls');
        expect(type).toBe('# TYPE calls_total counter');
        expect(parse(line)).toEqual({
          name: 'calls_total',
          labels: { model },
          value: '1',
        });
        expect(end).toBe('');
      }),
    ));
});

describe('mergePrometheusTexts', () => {
  it('has each metric once, with the lines of all processes and no line lost', () =>
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), {
          minLength: 1,
          maxLength: 4,
        }),
        processes => {
          const texts = processes.map((names, process) =>
            toPrometheusText(
              names.map(name =>
                counter(name, [
                  ['x', ''],
                  ['y', 'z'],
                ]),
              ),
              { process: String(process) },
            ),
          );
          const merged = mergePrometheusTexts(texts).split('\n');
          const isSample = (line: string) => line && !line.startsWith('#');
          expect(merged.filter(isSample).sort()).toEqual(
            texts.flatMap(text => text.split('\n').filter(isSample)).sort(),
          );
          const types = merged.filter(line => line.startsWith('# TYPE'));
          expect(new Set(types).size).toBe(types.length);
          let current = '';
          const strays = merged.filter(line => {
            if (line.startsWith('# TYPE')) [, , current] = line.split(' ');
            return isSample(line) && parse(line).name !== current;
          });
          expect(strays).toEqual([]);
        },
      ),
    ));
});

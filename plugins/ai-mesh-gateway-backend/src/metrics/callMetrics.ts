import {
  formatUsdExact,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Histogram, SECONDS_BOUNDS, TOKEN_BOUNDS } from './Histogram';
import { Metric, Sample } from './Metric';
import { Entry, SeriesTable } from './SeriesTable';

/** Histograms of the calls that a provider served. */
export interface OperationSeries {
  firstChunk: Histogram;
  inputTokens: Histogram;
  outputTokens: Histogram;
}

/** What a department used of a model. */
export interface DepartmentSeries {
  inputTokens: number;
  outputTokens: number;
  costPicoUsd: bigint;
}

/** Where calls are counted. Departments have no histograms: there are many of them, and each is seventeen lines. */
export interface CallTables {
  /** By operation, provider, requested model, served model, error. */
  durations: SeriesTable<Histogram>;
  /** By operation, provider, requested model, served model. */
  operations: SeriesTable<OperationSeries>;
  /** By department, served model, why it served, error. */
  outcomes: SeriesTable<{ count: number }>;
  /** By department, served model. */
  departments: SeriesTable<DepartmentSeries>;
}

export function createCallTables(): CallTables {
  return {
    durations: new SeriesTable(5, () => new Histogram(SECONDS_BOUNDS)),
    operations: new SeriesTable(4, () => ({
      firstChunk: new Histogram(SECONDS_BOUNDS),
      inputTokens: new Histogram(TOKEN_BOUNDS),
      outputTokens: new Histogram(TOKEN_BOUNDS),
    })),
    outcomes: new SeriesTable(4, () => ({ count: 0 })),
    departments: new SeriesTable(2, () => ({
      inputTokens: 0,
      outputTokens: 0,
      costPicoUsd: 0n,
    })),
  };
}

/** The labels of an operation, as the GenAI conventions name them. */
export const OPERATION_LABELS = [
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
] as const;

export const DURATION = 'gen_ai.client.operation.duration';
export const FIRST_CHUNK = 'gen_ai.client.operation.time_to_first_chunk';
export const TOKEN_USAGE = 'gen_ai.client.token.usage';

/** The metrics that calls fill. */
export function callMetrics(tables: CallTables): Metric[] {
  return [...genAiMetrics(tables), ...departmentMetrics(tables)];
}

/** @see https://github.com/open-telemetry/semantic-conventions-genai, of status "Development" */
function genAiMetrics({ durations, operations }: CallTables): Metric[] {
  return [
    {
      name: DURATION,
      kind: 'histogram',
      unit: 's',
      description: 'GenAI operation duration.',
      labels: [...OPERATION_LABELS, 'error.type'],
      read: () => samples(durations, ({ series }) => series),
    },
    {
      name: FIRST_CHUNK,
      kind: 'histogram',
      unit: 's',
      description: 'Time to the first chunk of a stream.',
      labels: OPERATION_LABELS,
      *read() {
        for (const { values, series } of operations.entries()) {
          const value = series.firstChunk;
          if (value.count > 0) yield { values, value };
        }
      },
    },
    {
      name: TOKEN_USAGE,
      kind: 'histogram',
      unit: '{token}',
      description: 'Number of input and output tokens used.',
      labels: [...OPERATION_LABELS, 'gen_ai.token.type'],
      *read() {
        for (const { values, series } of operations.entries()) {
          if (series.inputTokens.count === 0) continue;
          yield { values: [...values, 'input'], value: series.inputTokens };
          yield { values: [...values, 'output'], value: series.outputTokens };
        }
      },
    },
  ];
}

function departmentMetrics({ outcomes, departments }: CallTables): Metric[] {
  return [
    {
      name: 'ai_mesh.gateway.calls',
      kind: 'counter',
      unit: '{call}',
      description:
        'Calls that are over: which model served them and why, or which error they ended with.',
      labels: ['department', 'model', 'served_because', 'error'],
      read: () => samples(outcomes, ({ series }) => series.count),
    },
    {
      name: 'ai_mesh.gateway.tokens',
      kind: 'counter',
      unit: '{token}',
      description: 'Tokens that were used.',
      labels: ['department', 'model', 'type'],
      *read() {
        for (const { values, series } of departments.entries()) {
          yield { values: [...values, 'input'], value: series.inputTokens };
          yield { values: [...values, 'output'], value: series.outputTokens };
        }
      },
    },
    {
      name: 'ai_mesh.gateway.cost',
      kind: 'counter',
      unit: 'USD',
      description:
        'What the calls cost. To be watched, not to be billed by: the ledger holds the exact amounts.',
      labels: ['department', 'model'],
      read: () =>
        samples(departments, ({ series }) =>
          formatUsdExact(picoUsd(series.costPicoUsd)),
        ),
    },
  ];
}

function* samples<Series>(
  table: SeriesTable<Series>,
  valueOf: (entry: Entry<Series>) => Sample['value'],
): Generator<Sample> {
  for (const entry of table.entries()) {
    yield { values: entry.values, value: valueOf(entry) };
  }
}

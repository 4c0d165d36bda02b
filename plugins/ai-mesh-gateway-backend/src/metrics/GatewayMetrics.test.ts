import {
  MetricAttributes,
  MetricsService,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import { parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CallMetrics, GatewayMetrics } from './GatewayMetrics';
import { genAiProviderName } from './genAi';

/** Backstage's metrics service, as far as we use it, with its values to look at. */
class MemoryMetricsService implements MetricsService {
  readonly recorded: Array<[string, number, MetricAttributes | undefined]> = [];
  readonly #callbacks = new Map<string, MetricsServiceObservableCallback>();

  createHistogram(name: string) {
    return {
      record: (value: number, attributes?: MetricAttributes) =>
        this.recorded.push([name, value, attributes]),
    };
  }

  createObservableCounter(name: string) {
    return this.#observable(name);
  }

  createObservableGauge(name: string) {
    return this.#observable(name);
  }

  createObservableUpDownCounter(name: string) {
    return this.#observable(name);
  }

  createCounter(): never {
    throw new Error('not used');
  }

  createUpDownCounter(): never {
    throw new Error('not used');
  }

  createGauge(): never {
    throw new Error('not used');
  }

  observe(name: string): Array<[number, MetricAttributes | undefined]> {
    const observed: Array<[number, MetricAttributes | undefined]> = [];
    this.#callbacks.get(name)?.({
      observe: (value, attributes) => observed.push([value, attributes]),
    });
    return observed;
  }

  #observable(name: string) {
    return {
      addCallback: (callback: MetricsServiceObservableCallback) =>
        this.#callbacks.set(name, callback),
      removeCallback: () => this.#callbacks.delete(name),
    };
  }
}

const call: CallMetrics = {
  route: 'chat',
  requestedModel: 'gpt-4o',
  servedModel: 'llama-3',
  provider: genAiProviderName({ id: 'eu', type: 'azure-openai' }),
  departmentRef: 'group:default/sales',
  errorCode: undefined,
  durationMs: 700,
  firstByteMs: 30,
  inputTokens: 12,
  outputTokens: 300,
  costPicoUsd: parseUsd('0.000000000001'),
  servedBecause: 'fallback',
};

const refused: CallMetrics = {
  ...call,
  servedModel: '',
  provider: '',
  errorCode: 'insufficient_quota',
  durationMs: 1,
  firstByteMs: undefined,
  inputTokens: 0,
  outputTokens: 0,
  costPicoUsd: 0n,
  servedBecause: 'requested',
};

/** The lines of one metric, without the buckets. */
function linesOf(metrics: GatewayMetrics, name: string): string[] {
  return metrics
    .prometheusText()
    .split('\n')
    .filter(line => line.startsWith(name) && !line.includes('_bucket{'));
}

it('counts calls by the GenAI conventions and by department', () => {
  const metrics = new GatewayMetrics();
  metrics.record(call);
  metrics.record(call);
  metrics.record(refused);
  const labels =
    'gen_ai_operation_name="chat",gen_ai_provider_name="azure.ai.openai",' +
    'gen_ai_request_model="gpt-4o",gen_ai_response_model="llama-3"';
  expect(linesOf(metrics, 'gen_ai_')).toEqual([
    `gen_ai_client_operation_duration_seconds_sum{${labels}} 1.4`,
    `gen_ai_client_operation_duration_seconds_count{${labels}} 2`,
    'gen_ai_client_operation_duration_seconds_sum{gen_ai_operation_name="chat",gen_ai_request_model="gpt-4o",error_type="insufficient_quota"} 0.001',
    'gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_request_model="gpt-4o",error_type="insufficient_quota"} 1',
    `gen_ai_client_operation_time_to_first_chunk_seconds_sum{${labels}} 0.06`,
    `gen_ai_client_operation_time_to_first_chunk_seconds_count{${labels}} 2`,
    `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="input"} 24`,
    `gen_ai_client_token_usage_count{${labels},gen_ai_token_type="input"} 2`,
    `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="output"} 600`,
    `gen_ai_client_token_usage_count{${labels},gen_ai_token_type="output"} 2`,
  ]);
  expect(linesOf(metrics, 'ai_mesh_')).toEqual([
    'ai_mesh_gateway_calls_total{department="group:default/sales",model="llama-3",served_because="fallback"} 2',
    'ai_mesh_gateway_calls_total{department="group:default/sales",served_because="requested",error="insufficient_quota"} 1',
    'ai_mesh_gateway_tokens_total{department="group:default/sales",model="llama-3",type="input"} 24',
    'ai_mesh_gateway_tokens_total{department="group:default/sales",model="llama-3",type="output"} 600',
    'ai_mesh_gateway_cost_usd_total{department="group:default/sales",model="llama-3"} 0.000000000002',
  ]);
});

it('counts events, and reads gauges when asked', () => {
  const metrics = new GatewayMetrics({ slot: 3 });
  metrics.count('fallback', { model: 'a', to: 'b', cause: 'rate-limit' });
  metrics.count('limit-refused', {
    scope: 'key',
    limit: 'tokens',
    departmentRef: 'group:default/sales',
    model: 'a',
  });
  expect(linesOf(metrics, 'ai_mesh_gateway_active_calls')).toEqual([]);
  let activeCalls = 4;
  metrics.registerGauges({
    isReady: () => true,
    activeCalls: () => activeCalls,
    leases: () => 2,
    undelivered: () => 0,
    oldestUndeliveredAtMs: () => undefined,
    snapshotGeneratedAtMs: () => undefined,
    targets: () => [
      {
        id: 'a@eu',
        model: 'a',
        provider: 'eu',
        stage: 'stable',
        circuit: 'half-open',
        inFlight: 1,
        calls: 9,
        failures: 3,
      },
    ],
  });
  activeCalls = 5;
  const target = 'process="3",target="a@eu",model="a",provider="eu"';
  expect(linesOf(metrics, 'ai_mesh_')).toEqual([
    'ai_mesh_gateway_fallbacks_total{process="3",model="a",to="b",cause="rate-limit"} 1',
    'ai_mesh_gateway_limit_refusals_total{process="3",scope="key",limit="tokens",department="group:default/sales",model="a"} 1',
    'ai_mesh_gateway_ready{process="3"} 1',
    'ai_mesh_gateway_active_calls{process="3"} 5',
    'ai_mesh_gateway_leases{process="3"} 2',
    'ai_mesh_gateway_undelivered_records{process="3"} 0',
    'ai_mesh_gateway_journal_lag_seconds{process="3"} 0',
    `ai_mesh_gateway_target_active_calls{${target}} 1`,
    `ai_mesh_gateway_target_circuit{${target},state="closed"} 0`,
    `ai_mesh_gateway_target_circuit{${target},state="open"} 0`,
    `ai_mesh_gateway_target_circuit{${target},state="half-open"} 1`,
  ]);
  expect(linesOf(metrics, 'process_resident_memory_bytes')).toHaveLength(1);
});

it('hands the same numbers to OpenTelemetry', () => {
  const telemetry = new MemoryMetricsService();
  const metrics = new GatewayMetrics();
  metrics.publishTo(telemetry);
  metrics.record(call);
  metrics.record(call);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'azure.ai.openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'llama-3',
  };
  expect(telemetry.recorded.slice(0, 4)).toEqual([
    ['gen_ai.client.operation.duration', 0.7, attributes],
    ['gen_ai.client.operation.time_to_first_chunk', 0.03, attributes],
    [
      'gen_ai.client.token.usage',
      12,
      { ...attributes, 'gen_ai.token.type': 'input' },
    ],
    [
      'gen_ai.client.token.usage',
      300,
      { ...attributes, 'gen_ai.token.type': 'output' },
    ],
  ]);
  expect(telemetry.observe('ai_mesh.gateway.cost')).toEqual([
    [2e-12, { department: 'group:default/sales', model: 'llama-3' }],
  ]);
});

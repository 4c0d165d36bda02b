import { TargetHealth } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Metric, Sample } from './Metric';

/** What the gateway can say of itself at any moment. */
export interface Gauges {
  /** Whether it has keys and models to serve with. */
  isReady(): boolean;
  activeCalls(): number;
  leases(): number;
  /** Usage in the journal that the control plane does not have. */
  undelivered(): number;
  /** When the oldest of it was used, in milliseconds since 1970. */
  oldestUndeliveredAtMs(): number | undefined;
  /** When the snapshot in force was made, in milliseconds since 1970. */
  snapshotGeneratedAtMs(): number | undefined;
  targets(): readonly TargetHealth[];
}

const CIRCUIT_STATES = ['closed', 'open', 'half-open'] as const;
const TARGET_LABELS = ['target', 'model', 'provider'] as const;

/** The metrics that are read from the gateway; none before it is open. */
export function gaugeMetrics(gauges: () => Gauges | undefined): Metric[] {
  const single = (
    name: string,
    unit: string,
    description: string,
    valueOf: (gauges: Gauges) => number | undefined,
  ): Metric => ({
    name,
    kind: 'gauge',
    unit,
    description,
    labels: [],
    *read() {
      const current = gauges();
      const value = current && valueOf(current);
      if (value !== undefined) yield { values: [], value };
    },
  });
  return [
    single(
      'ai_mesh.gateway.ready',
      '1',
      'Whether the gateway has keys and models to serve with.',
      each => (each.isReady() ? 1 : 0),
    ),
    single('ai_mesh.gateway.active_calls', '{call}', 'Calls in flight.', each =>
      each.activeCalls(),
    ),
    single(
      'ai_mesh.gateway.leases',
      '{lease}',
      'Budgets that this process may spend of.',
      each => each.leases(),
    ),
    single(
      'ai_mesh.gateway.undelivered_records',
      '{record}',
      'Usage in the journal that the control plane does not have.',
      each => each.undelivered(),
    ),
    single(
      'ai_mesh.gateway.journal_lag',
      's',
      'Age of the oldest usage that the control plane does not have; 0 when it has all.',
      each => ageSeconds(each.oldestUndeliveredAtMs()) ?? 0,
    ),
    single(
      'ai_mesh.gateway.snapshot_age',
      's',
      'Age of the keys, models and prices in force: grows while nothing changes, too.',
      each => ageSeconds(each.snapshotGeneratedAtMs()),
    ),
    ...targetMetrics(gauges),
  ];
}

function targetMetrics(gauges: () => Gauges | undefined): Metric[] {
  function* eachTarget(
    samplesOf: (target: TargetHealth, values: string[]) => Sample[],
  ): Generator<Sample> {
    for (const target of gauges()?.targets() ?? []) {
      const { id, model, provider } = target;
      yield* samplesOf(target, [id, model, provider]);
    }
  }
  return [
    {
      name: 'ai_mesh.gateway.target_active_calls',
      kind: 'gauge',
      unit: '{call}',
      description: 'Calls in flight at a target.',
      labels: TARGET_LABELS,
      read: () =>
        eachTarget(({ inFlight }, values) => [{ values, value: inFlight }]),
    },
    {
      name: 'ai_mesh.gateway.target_circuit',
      kind: 'gauge',
      unit: '1',
      description:
        'State of the circuit breaker of a target: 1 for the state that it is in.',
      labels: [...TARGET_LABELS, 'state'],
      read: () =>
        eachTarget(({ circuit }, values) =>
          CIRCUIT_STATES.map(state => ({
            values: [...values, state],
            value: circuit === state ? 1 : 0,
          })),
        ),
    },
  ];
}

function ageSeconds(atMs: number | undefined): number | undefined {
  return atMs === undefined
    ? undefined
    : Math.max(0, (Date.now() - atMs) / 1000);
}

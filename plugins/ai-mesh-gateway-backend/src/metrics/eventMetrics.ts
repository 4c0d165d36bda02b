import {
  BudgetMeasure,
  FallbackCause,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Metric } from './Metric';
import { SeriesTable } from './SeriesTable';

/** What is counted besides calls, with its labels. Models are names of the snapshot, never a caller's own. */
export interface EventLabels {
  /** Another model stood in. */
  fallback: { model: string; to: string; cause: FallbackCause };
  /** A further attempt at a target of the same model. */
  retry: { model: string; cause: FallbackCause };
  'limit-refused': {
    /** Whose limit it was. */
    scope: 'key' | 'application' | 'department' | 'model';
    limit: 'requests' | 'tokens' | 'parallel';
    departmentRef: string;
    model: string;
  };
  'budget-refused': { departmentRef: string; model: string };
  /** A threshold of a budget had a say in a call. */
  'budget-measure': {
    measure: BudgetMeasure['action'];
    departmentRef: string;
    model: string;
  };
  /** An exchange about leases; one may be for many. */
  'lease-request': { outcome: 'granted' | 'refused' | 'failed' };
  'lease-release': { outcome: 'accepted' | 'failed' };
  'shadow-dropped': { model: string };
  'cache-hit': { departmentRef: string; model: string };
}

interface EventDefinition<Event extends keyof EventLabels> {
  name: string;
  unit: string;
  description: string;
  labels: readonly string[];
  valuesOf(labels: EventLabels[Event]): readonly [string, ...string[]];
}

const EVENTS: { [Event in keyof EventLabels]: EventDefinition<Event> } = {
  fallback: {
    name: 'ai_mesh.gateway.fallbacks',
    unit: '{call}',
    description: 'Calls that another model served, by cause.',
    labels: ['model', 'to', 'cause'],
    valuesOf: ({ model, to, cause }) => [model, to, cause],
  },
  retry: {
    name: 'ai_mesh.gateway.retries',
    unit: '{attempt}',
    description: 'Further attempts at the same model, by cause.',
    labels: ['model', 'cause'],
    valuesOf: ({ model, cause }) => [model, cause],
  },
  'limit-refused': {
    name: 'ai_mesh.gateway.limit_refusals',
    unit: '{call}',
    description: 'Calls refused because of a limit, by limit and whose it is.',
    labels: ['scope', 'limit', 'department', 'model'],
    valuesOf: each => [each.scope, each.limit, each.departmentRef, each.model],
  },
  'budget-refused': {
    name: 'ai_mesh.gateway.budget_refusals',
    unit: '{call}',
    description: 'Calls refused because a budget did not cover them.',
    labels: ['department', 'model'],
    valuesOf: ({ departmentRef, model }) => [departmentRef, model],
  },
  'budget-measure': {
    name: 'ai_mesh.gateway.budget_measures',
    unit: '{call}',
    description:
      'Calls in which a threshold of a budget had a say, by its measure.',
    labels: ['measure', 'department', 'model'],
    valuesOf: each => [each.measure, each.departmentRef, each.model],
  },
  'lease-request': {
    name: 'ai_mesh.gateway.lease_requests',
    unit: '{request}',
    description: 'Times that the control plane was asked for leases.',
    labels: ['outcome'],
    valuesOf: ({ outcome }) => [outcome],
  },
  'lease-release': {
    name: 'ai_mesh.gateway.lease_releases',
    unit: '{request}',
    description: 'Times that leases were handed back.',
    labels: ['outcome'],
    valuesOf: ({ outcome }) => [outcome],
  },
  'shadow-dropped': {
    name: 'ai_mesh.gateway.shadow_drops',
    unit: '{call}',
    description:
      'Copies for a candidate that were not sent: queue full, or cap reached.',
    labels: ['model'],
    valuesOf: ({ model }) => [model],
  },
  'cache-hit': {
    name: 'ai_mesh.gateway.cache_hits',
    unit: '{call}',
    description: 'Calls answered from the cache.',
    labels: ['department', 'model'],
    valuesOf: ({ departmentRef, model }) => [departmentRef, model],
  },
};

type Table = SeriesTable<{ count: number }>;

/** Where events are counted. */
export class EventTables {
  readonly #tables: { readonly [Event in keyof EventLabels]: Table } = {
    fallback: newTable(3),
    retry: newTable(2),
    'limit-refused': newTable(4),
    'budget-refused': newTable(2),
    'budget-measure': newTable(3),
    'lease-request': newTable(1),
    'lease-release': newTable(1),
    'shadow-dropped': newTable(1),
    'cache-hit': newTable(2),
  };

  count<Event extends keyof EventLabels>(
    event: Event,
    labels: EventLabels[Event],
  ): void {
    const [first, ...rest] = EVENTS[event].valuesOf(labels);
    this.#tables[event].find(first, ...rest).series.count += 1;
  }

  get(event: keyof EventLabels): Table {
    return this.#tables[event];
  }
}

/** The metrics that events fill. */
export function eventMetrics(tables: EventTables): Metric[] {
  const events = Object.keys(EVENTS) as Array<keyof EventLabels>;
  return events.map(event => {
    const { name, unit, description, labels } = EVENTS[event];
    return {
      name,
      kind: 'counter',
      unit,
      description,
      labels,
      *read() {
        for (const { values, series } of tables.get(event).entries()) {
          yield { values, value: series.count };
        }
      },
    };
  });
}

function newTable(labelCount: 1 | 2 | 3 | 4): Table {
  return new SeriesTable(labelCount, () => ({ count: 0 }));
}

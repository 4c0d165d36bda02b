import {
  FallbackCause,
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  CompiledKey,
  CompiledModel,
  CompiledSnapshot,
  CompiledTarget,
  compileSnapshot,
} from '../../snapshot/CompiledSnapshot';
import { Candidate, Plan, PlanOptions } from '../Plan';
import { TargetStates } from '../TargetStates';

const DEPARTMENT_REF = 'group:default/sales';

type ModelInput = SnapshotInput['models'][number];

/** A model as a test says it: what it leaves out is usual. */
export type ModelSketch = Partial<Omit<ModelInput, 'targets'>> & {
  name: string;
  targets?: Array<Partial<ModelInput['targets'][number]> & { id: string }>;
};

/** A rule of a specialist, as the snapshot has it. */
export type Specialist = NonNullable<
  NonNullable<ModelInput['routing']>['specialists']
>[number];

/** Models, a key and targets' states, with a clock that stands still until it is moved. */
export class World {
  nowMs = 1_000_000;
  readonly snapshot: CompiledSnapshot;
  readonly key: CompiledKey;
  readonly states: TargetStates;

  constructor(options: {
    models: ModelSketch[];
    /** Models of the key; all when absent. */
    allowed?: string[];
    regions?: string[];
    failures?: number;
  }) {
    const allowed = options.allowed ?? options.models.map(({ name }) => name);
    this.snapshot = compileSnapshot(
      snapshotSchema.parse({
        version: '1',
        generatedAt: '2026-11-22T10:00:00.000Z',
        keys: [
          {
            id: '0123456789ab',
            hash: '0'.repeat(64),
            applicationRef: 'component:default/bot',
            departmentRef: DEPARTMENT_REF,
            models: allowed,
            expiresAt: '2999-01-01T00:00:00.000Z',
          },
        ],
        models: options.models.map(toModel),
        departments: [
          { ref: DEPARTMENT_REF, budgetEpoch: 1, regions: options.regions },
        ],
      } satisfies SnapshotInput),
    );
    [this.key] = this.snapshot.keys.values();
    this.states = new TargetStates({
      circuit: {
        failures: options.failures ?? 1,
        pauseMs: 1_000,
        longestPauseMs: 8_000,
      },
      clock: () => this.nowMs,
    });
  }

  model(name: string): CompiledModel {
    const model = this.snapshot.models.get(name);
    if (!model) throw new Error(`There is no model ${name}`);
    return model;
  }

  targets(name: string): readonly CompiledTarget[] {
    return this.model(name).targets;
  }

  plan(
    asked: string,
    options: Partial<Omit<PlanOptions, 'model'>> & { model?: string } = {},
  ): Plan {
    return new Plan({
      snapshot: this.snapshot,
      key: this.key,
      criticality: 'non-critical',
      asked: this.model(asked),
      because: options.model === undefined ? 'requested' : 'specialist',
      caller: 'the caller',
      isRepeated: false,
      canServe: () => true,
      states: this.states,
      random: () => 0.5,
      ...options,
      model: this.model(options.model ?? asked),
    });
  }

  /** One failed call at a target: opens its circuit, unless the world says otherwise. */
  fail(targetId: string): void {
    const state = this.states.of(targetId);
    const probe = state.started();
    state.failed('error', undefined, probe);
    state.ended(probe);
  }

  succeed(targetId: string, firstByteMs = 10): void {
    const state = this.states.of(targetId);
    state.started();
    state.answered(firstByteMs);
    state.ended();
  }

  /** Marks a target as full. */
  fill(targetId: string, retryAfterMs = 10_000): void {
    const state = this.states.of(targetId);
    state.started();
    state.failed('rate-limit', retryAfterMs);
    state.ended();
  }
}

/** Everywhere that a plan goes when every attempt fails by the same cause. */
export function walk(
  plan: Plan,
  cause: FallbackCause,
  remainingMs = 600_000,
): Candidate[] {
  const seen: Candidate[] = [];
  let at = plan.first();
  while (at) {
    seen.push(at);
    if (seen.length > 1_000) throw new Error('The plan does not end');
    at = plan.next(cause, { remainingMs });
  }
  return seen;
}

/** The ids of the targets, in order. */
export function idsOf(candidates: readonly Candidate[]): string[] {
  return candidates.map(({ target }) => target.id);
}

function toModel({ targets, ...sketch }: ModelSketch): ModelInput {
  return {
    kind: 'chat',
    contextTokens: 8_000,
    maxOutputTokens: 1_000,
    ...sketch,
    targets: (targets ?? [{ id: `${sketch.name}@a` }]).map(target => ({
      provider: 'simulator',
      providerModel: sketch.name,
      priceVersionId: 'price',
      rates: { input: '0.000001', output: '0.000001' },
      ...target,
    })),
  };
}

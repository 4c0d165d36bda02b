import {
  Criticality,
  FallbackCause,
  ServedBecause,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  CompiledKey,
  CompiledModel,
  CompiledSnapshot,
  CompiledTarget,
} from '../snapshot/CompiledSnapshot';
import { GatewayError } from '../errors';
import { chooseTarget } from './chooseTarget';
import { isCandidateCall } from './isCandidateCall';
import { TargetStates } from './TargetStates';

const FIRST_BACKOFF_MS = 250;
/** A caller that waits longer than this is better told to come back. */
const LONGEST_BACKOFF_MS = 5_000;

/** Where an attempt goes. */
export interface Candidate {
  model: CompiledModel;
  target: CompiledTarget;
  because: ServedBecause;
  /** How long to wait before it, in milliseconds. */
  waitMs: number;
}

/** What a plan is made for. */
export interface PlanOptions {
  snapshot: CompiledSnapshot;
  key: CompiledKey;
  criticality: Criticality;
  /** The model that was asked for: its rules say what may stand in. */
  asked: CompiledModel;
  /** The model that serves unless it fails: the one that was asked for, or its specialist. */
  model: CompiledModel;
  because: ServedBecause;
  /** What makes a caller the same for a canary. */
  caller: string;
  /** Whether the client itself sends this again: then we do not. */
  isRepeated: boolean;
  /** Whether a target can serve the call's route at all. */
  canServe: (target: CompiledTarget) => boolean;
  states: TargetStates;
  random?: () => number;
}

/**
 * Where a call goes, and where it goes when that fails: first to further targets of its model, then to the models
 * that stand in by the cause, then once more to the same target.
 */
export class Plan {
  readonly #options: PlanOptions;
  #model: CompiledModel;
  #because: ServedBecause;
  #tried: CompiledTarget[] = [];
  #visited: CompiledModel[] = [];
  #retriesLeft: number;
  #repeats = 0;

  constructor(options: PlanOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#because = options.because;
    this.#retriesLeft = options.model.routing.retries;
  }

  /** Undefined when no target of the model can be called now. */
  first(): Candidate | undefined {
    return this.#toUntried();
  }

  /**
   * Where to go after a failure; undefined when there is nowhere.
   *
   * @param remainingMs - until the caller's deadline: no wait goes beyond it
   */
  next(
    cause: FallbackCause,
    options: { retryAfterMs?: number; remainingMs: number },
  ): Candidate | undefined {
    if (options.remainingMs <= 0) return undefined;
    const isAboutTarget =
      cause === 'error' || cause === 'rate-limit' || cause === 'timeout';
    if (isAboutTarget && this.#retriesLeft > 0) {
      const other = this.#toUntried();
      if (other) {
        this.#retriesLeft -= 1;
        return other;
      }
    }
    return this.#toFallback(cause) ?? this.#again(cause, options);
  }

  /** Why no target of the model can be called. */
  refusal(): GatewayError {
    const usable = this.#usable(this.#model);
    if (usable.length === 0) {
      const isElsewhere = this.#model.targets.some(this.#options.canServe);
      return isElsewhere
        ? new GatewayError('region_not_allowed', { param: 'model' })
        : new GatewayError('invalid_value', {
            param: 'model',
            message: 'No provider of this model serves this path.',
          });
    }
    const waits = usable.map(
      ({ id }) => this.#options.states.of(id).circuit.waitMs,
    );
    const seconds = Math.max(1, Math.ceil(Math.min(...waits) / 1000));
    return new GatewayError('upstream_unavailable', {
      headers: ['retry-after', String(seconds)],
    });
  }

  #toUntried(): Candidate | undefined {
    const target = this.#choose(
      this.#model,
      each => !this.#tried.includes(each),
    );
    if (!target) return undefined;
    this.#tried.push(target);
    return {
      model: this.#model,
      target,
      because: this.#because,
      waitMs: 0,
    };
  }

  #toFallback(cause: FallbackCause): Candidate | undefined {
    const { snapshot, key, criticality, asked } = this.#options;
    this.#visited.push(this.#model);
    // a specialist is the gateway's own idea: the caller loses nothing by it
    if (!this.#visited.includes(asked) && this.#choose(asked, () => true)) {
      return this.#moveTo(asked, 'requested');
    }
    for (const rule of this.#fallbackRules()) {
      const model = snapshot.models.get(rule.model);
      if (
        !model ||
        !rule.on.includes(cause) ||
        (rule.calls === 'non-critical' && criticality === 'critical') ||
        !key.models.has(model.name) ||
        model.kind !== asked.kind ||
        this.#visited.includes(model) ||
        !this.#choose(model, () => true)
      ) {
        continue;
      }
      return this.#moveTo(model, 'fallback');
    }
    return undefined;
  }

  #moveTo(model: CompiledModel, because: ServedBecause): Candidate | undefined {
    this.#model = model;
    this.#because = because;
    this.#tried = [];
    this.#retriesLeft = model.routing.retries;
    return this.#toUntried();
  }

  /** Those of the model that was asked for first: its owner knows best what may stand in. */
  #fallbackRules() {
    const asked = this.#options.asked.routing.fallbacks;
    const own = this.#model.routing.fallbacks;
    return asked === own ? asked : [...asked, ...own];
  }

  /** The same target, a moment later: only for what passes by itself. */
  #again(
    cause: FallbackCause,
    {
      retryAfterMs,
      remainingMs,
    }: { retryAfterMs?: number; remainingMs: number },
  ): Candidate | undefined {
    const { isRepeated, random = Math.random } = this.#options;
    const passes = cause === 'error' || cause === 'rate-limit';
    if (!passes || isRepeated || this.#retriesLeft <= 0) return undefined;
    const target = this.#choose(this.#model, () => true);
    if (!target) return undefined;
    const backoffMs = FIRST_BACKOFF_MS * 2 ** this.#repeats;
    // between half and all of it, so that callers who failed together do not come back together
    const jittered = backoffMs * (0.5 + random() / 2);
    const waitMs = Math.max(jittered, retryAfterMs ?? 0);
    if (waitMs > LONGEST_BACKOFF_MS || waitMs >= remainingMs) return undefined;
    this.#repeats += 1;
    this.#retriesLeft -= 1;
    return { model: this.#model, target, because: this.#because, waitMs };
  }

  #choose(
    model: CompiledModel,
    isWanted: (target: CompiledTarget) => boolean,
  ): CompiledTarget | undefined {
    const { states, random, caller } = this.#options;
    const { routing } = model;
    const of = (stage: CompiledTarget['stage']) =>
      chooseTarget(
        model.targets.filter(
          each =>
            each.stage === stage && isWanted(each) && this.#isUsable(each),
        ),
        routing.balance,
        states,
        random,
      );
    if (isCandidateCall(model.name, caller, routing.candidateShare)) {
      // a candidate that fails costs its callers nothing: the stable release takes over
      return of('candidate') ?? of('stable');
    }
    return of('stable');
  }

  #usable({ targets }: CompiledModel): CompiledTarget[] {
    return targets.filter(target => this.#isUsable(target));
  }

  #isUsable(target: CompiledTarget): boolean {
    return this.#options.canServe(target) && this.#isInRegion(target);
  }

  #isInRegion({ region }: CompiledTarget): boolean {
    const { snapshot, key } = this.#options;
    const regions = snapshot.departments.get(key.departmentRef)?.regions;
    return !regions || (region !== undefined && regions.has(region));
  }
}

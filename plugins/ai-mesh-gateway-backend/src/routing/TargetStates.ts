import { TargetHealth } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledSnapshot } from '../snapshot/CompiledSnapshot';
import { CircuitOptions } from './CircuitBreaker';
import { TargetState } from './TargetState';

/** The states of all targets. They outlive snapshots; those of targets that are gone are forgotten. */
export class TargetStates {
  readonly #options: { circuit: CircuitOptions; clock: () => number };
  readonly #states = new Map<string, TargetState>();

  constructor(options: { circuit: CircuitOptions; clock: () => number }) {
    this.#options = options;
  }

  of(targetId: string): TargetState {
    let state = this.#states.get(targetId);
    if (!state) {
      state = new TargetState(this.#options);
      this.#states.set(targetId, state);
    }
    return state;
  }

  keepOnly(snapshot: CompiledSnapshot): void {
    const ids = new Set<string>();
    for (const model of snapshot.models.values()) {
      for (const target of model.targets) ids.add(target.id);
    }
    for (const id of this.#states.keys()) {
      if (!ids.has(id)) this.#states.delete(id);
    }
  }

  health(snapshot: CompiledSnapshot | undefined): TargetHealth[] {
    const all: TargetHealth[] = [];
    for (const model of snapshot?.models.values() ?? []) {
      for (const target of model.targets) {
        all.push(this.of(target.id).health(target, model));
      }
    }
    return all;
  }
}

import { Snapshot } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledSnapshot, compileSnapshot } from './CompiledSnapshot';

/** The snapshot in force. */
export class SnapshotHolder {
  #current: CompiledSnapshot | undefined;
  readonly #listeners: Array<(snapshot: CompiledSnapshot) => void> = [];

  /** Undefined until the first one has come. */
  get current(): CompiledSnapshot | undefined {
    return this.#current;
  }

  /** Puts a snapshot in force for all calls that are yet to be authenticated. */
  replace(snapshot: Snapshot): void {
    this.#current = compileSnapshot(snapshot);
    for (const listener of this.#listeners) listener(this.#current);
  }

  onReplaced(listener: (snapshot: CompiledSnapshot) => void): void {
    this.#listeners.push(listener);
  }
}

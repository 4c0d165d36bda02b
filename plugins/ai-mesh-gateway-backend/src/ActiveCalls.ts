import { Call } from './Call';

/**
 * The calls that are on their way.
 *
 * An array, and no Set: a Set that is filled and emptied all the time leaves chains of old tables behind,
 * and each keeps the calls of its time alive, some ten kilobytes a call, until a full collection.
 */
export class ActiveCalls {
  readonly #calls: Call[] = [];

  get size(): number {
    return this.#calls.length;
  }

  add(call: Call): void {
    call.slot = this.#calls.length;
    this.#calls.push(call);
  }

  /** The last call takes the place of the one that goes. */
  delete(call: Call): void {
    const last = this.#calls.pop();
    if (last === undefined || last === call) return;
    this.#calls[call.slot] = last;
    last.slot = call.slot;
  }

  [Symbol.iterator](): IterableIterator<Call> {
    return [...this.#calls][Symbol.iterator]();
  }
}

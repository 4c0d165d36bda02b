import fs from 'node:fs';
import path from 'node:path';

/**
 * The folders of a gateway's processes: slot 0 is the data directory itself, so that a gateway of one process
 * and one of many find the same journal there; slot n is its folder `n`.
 *
 * A folder is used by one process at a time. One that was left with usage or leases in it is remembered as
 * abandoned until a process has come back to it: nothing in a journal is ever lost to a change of processes.
 */
export class Slots {
  readonly #dataDirectory: string;
  readonly #used = new Set<number>();
  readonly #abandoned = new Set<number>();

  /** All folders that a former life left are abandoned until proven empty. */
  constructor(dataDirectory: string, existing: Iterable<number>) {
    this.#dataDirectory = dataDirectory;
    for (const slot of existing) this.#abandoned.add(slot);
  }

  /** The slots whose folders a former life left in `dataDirectory`. */
  static find(dataDirectory: string): number[] {
    if (!fs.existsSync(dataDirectory)) return [];
    const slots = fs
      .readdirSync(dataDirectory, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && /^[1-9]\d*$/.test(entry.name))
      .map(entry => Number(entry.name));
    const hasJournal = fs.existsSync(path.join(dataDirectory, 'journal'));
    return hasJournal ? [0, ...slots] : slots;
  }

  folderOf(slot: number): string {
    return slot === 0
      ? this.#dataDirectory
      : path.join(this.#dataDirectory, String(slot));
  }

  /** Takes a free slot: an abandoned one first, else the lowest. */
  take(): number {
    return this.takeAbandoned() ?? this.#takeLowest();
  }

  /** Takes the lowest slot to which no process has come back; undefined when there is none. */
  takeAbandoned(): number | undefined {
    const free = [...this.#abandoned].filter(slot => !this.#used.has(slot));
    if (free.length === 0) return undefined;
    const slot = Math.min(...free);
    this.#used.add(slot);
    return slot;
  }

  /** The process of a slot has ended; `isEmpty` when it left nothing in its journal. */
  free(slot: number, options: { isEmpty: boolean }): void {
    this.#used.delete(slot);
    if (options.isEmpty) this.#abandoned.delete(slot);
    else this.#abandoned.add(slot);
  }

  #takeLowest(): number {
    let slot = 0;
    while (this.#used.has(slot)) slot += 1;
    this.#used.add(slot);
    return slot;
  }
}

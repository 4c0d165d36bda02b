import fs from 'node:fs';
import path from 'node:path';
import {
  Snapshot,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The last snapshot on disk, so that the gateway starts while the control plane is away. */
export class SnapshotFile {
  readonly #path: string;

  constructor(dataDirectory: string) {
    this.#path = path.join(dataDirectory, 'snapshot.json');
  }

  /** @returns undefined when there is none, or none that can be read: the control plane has a fresh one */
  load(): Snapshot | undefined {
    try {
      return snapshotSchema.parse(
        JSON.parse(fs.readFileSync(this.#path, 'utf8')),
      );
    } catch {
      return undefined;
    }
  }

  /** Replaces the file in one step. Readable by its owner only: it holds the hashes of all keys. */
  async save(snapshot: Snapshot): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    await fs.promises.writeFile(temporary, JSON.stringify(snapshot), {
      mode: 0o600,
    });
    await fs.promises.rename(temporary, this.#path);
  }
}

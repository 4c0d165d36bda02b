import {
  KeyId,
  snapshotKeySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';

/** A key as a gateway holds it. */
export type SnapshotKey = z.input<typeof snapshotKeySchema>;

/** What the gateway exchange needs of keys. */
export interface KeySnapshotSource {
  /** The keys that open the gateway now, ordered by id: neither revoked nor expired, of a present department. */
  forSnapshot(): Promise<SnapshotKey[]>;

  /**
   * Remembers when keys were last used. Coarse, and never moves backwards: usage may arrive late, twice
   * and out of order. An unknown key is passed over.
   */
  noteUsed(uses: { keyId: KeyId; at: Date }[]): Promise<void>;
}

import { snapshotModelSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';

/** A model as a gateway holds it: its route and its price. */
export type SnapshotModel = z.input<typeof snapshotModelSchema>;

/** What the gateway exchange needs of models. */
export interface ModelSnapshotSource {
  /**
   * The models that may be served, ordered by name: only those with a price.
   *
   * @param options - `regionOf`: where the catalog's own target of a model computes, which decides its price
   */
  forSnapshot(options?: {
    regionOf?: (model: string) => string | undefined;
  }): Promise<SnapshotModel[]>;
}

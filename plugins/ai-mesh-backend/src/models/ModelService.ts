import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The models that the company offers. */
export interface ModelService {
  /** All models, by title, each with its present price. */
  list(): Promise<Model[]>;
  find(name: string): Promise<Model | undefined>;
}

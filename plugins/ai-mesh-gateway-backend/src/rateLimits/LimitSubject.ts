import { Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Whose calls are counted together. */
export interface LimitSubject {
  readonly kind: 'key' | 'application' | 'department' | 'model';
  readonly id: string;
  readonly limits: Limits;
}

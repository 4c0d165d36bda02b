import { createExtensionPoint } from '@backstage/backend-plugin-api';
import {
  Criticality,
  GpuUsageRecordMessage,
  KeyId,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** Data that an installation starts with. Runs once in the life of a database, when the catalog is there. @public */
export interface MeshSeed {
  /** Never changes: a seed whose id was run is not run again. */
  id: string;
  run(context: MeshSeedContext): Promise<void>;
}

/** What a seed may do. Everything goes through the same services as the work of people. @public */
export interface MeshSeedContext {
  /**
   * Issues a key. With `secret`, a well-formed key chosen by the caller: for demos only, refused outside
   * `auth.environment: development`.
   */
  issueKey(options: {
    name: string;
    applicationRef: string;
    models: string[];
    expiresInDays: number;
    /** Default: `critical`. */
    criticality?: Criticality;
    issuedBy: string;
    secret?: string;
  }): Promise<{ id: KeyId; secret: string }>;
  /** @param options - `limitUsd`: plain decimal dollars for a calendar month */
  setBudget(options: {
    departmentRef: string;
    limitUsd: string;
  }): Promise<void>;
  /** The present price of a model: decimal US dollars per token, by class. */
  priceOf(
    model: string,
  ): Promise<
    | { priceVersionId: string; rates: Partial<Record<TokenClass, string>> }
    | undefined
  >;
  /** Books usage, marked as demo data in every report. */
  bookDemoUsage(records: readonly UsageRecord[]): Promise<void>;
  /**
   * Records what GPU machines were used for, marked as demo data in every report.
   *
   * @throws InputError when a record is refused
   */
  recordGpuUsage(records: readonly GpuUsageRecordMessage[]): Promise<void>;
}

/** Lets a module add {@link MeshSeed}s. @public */
export interface MeshSeedingExtensionPoint {
  addSeed(seed: MeshSeed): void;
}

/** @public */
export const meshSeedingExtensionPoint =
  createExtensionPoint<MeshSeedingExtensionPoint>({ id: 'ai-mesh.seeding' });

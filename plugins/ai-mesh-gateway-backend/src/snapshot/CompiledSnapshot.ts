import {
  Criticality,
  KeyId,
  Limits,
  ModelKind,
  ReleaseStage,
  Routing,
  Snapshot,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { compilePrices, TargetPrices } from '../prices/TargetPrices';
import { CompiledScope, CompiledScopes, ScopeCompiler } from './compileScopes';

/** A key, ready to be looked up. */
export interface CompiledKey {
  id: KeyId;
  hash: string;
  applicationRef: string;
  departmentRef: string;
  models: ReadonlySet<string>;
  expiresAtMs: number;
  criticality: Criticality;
  limits: Limits;
  /** What its calls are held against. */
  scopes: CompiledScopes;
}

/** Where calls of a model go, and what they cost there. */
export interface CompiledTarget {
  id: string;
  provider: string;
  providerModel: string;
  prices: TargetPrices;
  weight: number;
  order: number;
  region: string | undefined;
  stage: ReleaseStage;
}

/** A model that callers may name. */
export interface CompiledModel {
  name: string;
  kind: ModelKind;
  contextTokens: number;
  maxOutputTokens: number;
  /** Lowest order first; never empty. */
  targets: readonly CompiledTarget[];
  routing: Routing;
  limits: Limits;
}

/** A department, ready to be looked up. */
export interface CompiledDepartment {
  limits: Limits;
  /** What calls are held against that it pays for, whoever makes them. */
  scopes: CompiledScopes;
  regions: ReadonlySet<string> | undefined;
}

/** A snapshot with everything parsed once, so that a call only looks things up. */
export interface CompiledSnapshot {
  version: string;
  generatedAtMs: number;
  keys: ReadonlyMap<string, CompiledKey>;
  models: ReadonlyMap<string, CompiledModel>;
  departments: ReadonlyMap<string, CompiledDepartment>;
  /** By reference of the application; only those that have limits. */
  applicationLimits: ReadonlyMap<string, Limits>;
  /** Everything that calls can be held against, by its id. */
  scopes: ReadonlyMap<string, CompiledScope>;
}

/**
 * Prepares a snapshot for look-ups.
 *
 * @throws InputError on a rate that is no rate; the snapshot before it then stays in force
 */
export function compileSnapshot(snapshot: Snapshot): CompiledSnapshot {
  const scopes = new ScopeCompiler(snapshot);
  return {
    version: snapshot.version,
    generatedAtMs: Date.parse(snapshot.generatedAt),
    keys: new Map(snapshot.keys.map(key => [key.id, compileKey(key, scopes)])),
    models: new Map(
      snapshot.models.map(model => [model.name, compileModel(model)]),
    ),
    departments: new Map(
      snapshot.departments.map(({ ref, limits, regions }) => [
        ref,
        {
          limits,
          scopes: scopes.ofDepartment(ref),
          regions: regions && new Set(regions),
        },
      ]),
    ),
    applicationLimits: new Map(
      snapshot.applications.map(({ ref, limits }) => [ref, limits]),
    ),
    scopes: scopes.byId,
  };
}

function compileKey(
  key: Snapshot['keys'][number],
  scopes: ScopeCompiler,
): CompiledKey {
  return {
    ...key,
    models: new Set(key.models),
    expiresAtMs: Date.parse(key.expiresAt),
    scopes: scopes.ofKey(key),
  };
}

function compileModel(model: Snapshot['models'][number]): CompiledModel {
  const targets = model.targets.map(each => compileTarget(each, model.kind));
  return { ...model, targets: targets.sort((a, b) => a.order - b.order) };
}

function compileTarget(
  target: Snapshot['models'][number]['targets'][number],
  kind: ModelKind,
): CompiledTarget {
  return {
    id: target.id,
    provider: target.provider,
    providerModel: target.providerModel,
    prices: compilePrices(target, kind),
    weight: target.weight,
    order: target.order,
    region: target.region,
    stage: target.stage,
  };
}

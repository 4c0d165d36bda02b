import {
  Criticality,
  DEAREST_PLAUSIBLE_PIECE_RATE,
  DEAREST_PLAUSIBLE_RATE,
  KeyId,
  Limits,
  ModelKind,
  parseRate,
  Rate,
  ReleaseStage,
  Routing,
  Snapshot,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

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
}

/** Rates by class; a class that the price book does not know is absent, never zero. */
export type CompiledRates = Readonly<Partial<Record<TokenClass, Rate>>>;

/** Where calls of a model go, and what they cost there. */
export interface CompiledTarget {
  id: string;
  provider: string;
  providerModel: string;
  priceVersionId: string;
  rates: CompiledRates;
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
  budgetEpoch: number;
  limits: Limits;
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
}

/**
 * Prepares a snapshot for look-ups.
 *
 * @throws InputError on a rate that is no rate; the snapshot before it then stays in force
 */
export function compileSnapshot(snapshot: Snapshot): CompiledSnapshot {
  return {
    version: snapshot.version,
    generatedAtMs: Date.parse(snapshot.generatedAt),
    keys: new Map(snapshot.keys.map(key => [key.id, compileKey(key)])),
    models: new Map(
      snapshot.models.map(model => [model.name, compileModel(model)]),
    ),
    departments: new Map(
      snapshot.departments.map(({ ref, regions, ...rest }) => [
        ref,
        { ...rest, regions: regions && new Set(regions) },
      ]),
    ),
    applicationLimits: new Map(
      snapshot.applications.map(({ ref, limits }) => [ref, limits]),
    ),
  };
}

function compileKey(key: Snapshot['keys'][number]): CompiledKey {
  return {
    ...key,
    models: new Set(key.models),
    expiresAtMs: Date.parse(key.expiresAt),
  };
}

function compileModel(model: Snapshot['models'][number]): CompiledModel {
  const targets = model.targets.map(compileTarget);
  return { ...model, targets: targets.sort((a, b) => a.order - b.order) };
}

function compileTarget(
  target: Snapshot['models'][number]['targets'][number],
): CompiledTarget {
  const { tier: _, ...rest } = target;
  return { ...rest, region: target.region, rates: compileRates(target.rates) };
}

function compileRates(
  texts: Partial<Record<TokenClass, string>>,
): CompiledRates {
  const rates: Partial<Record<TokenClass, Rate>> = {};
  for (const tokenClass in texts) {
    if (!Object.hasOwn(texts, tokenClass)) continue;
    const name = tokenClass as TokenClass;
    const text = texts[name];
    if (text !== undefined) rates[name] = parseRate(text, dearestOf(name));
  }
  return rates;
}

function dearestOf(tokenClass: TokenClass): string {
  return tokenClass === 'image'
    ? DEAREST_PLAUSIBLE_PIECE_RATE
    : DEAREST_PLAUSIBLE_RATE;
}

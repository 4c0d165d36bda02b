import {
  KeyId,
  parseRate,
  Rate,
  Snapshot,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A key, ready to be looked up. */
export interface CompiledKey {
  id: KeyId;
  hash: string;
  applicationRef: string;
  departmentRef: string;
  models: ReadonlySet<string>;
  expiresAtMs: number;
}

/** Rates by token class; a class that the price book does not know is absent, never zero. */
export interface CompiledRates {
  input: Rate | undefined;
  cachedInput: Rate | undefined;
  output: Rate | undefined;
}

/** Where calls of a model go, and what they cost there. */
export interface CompiledTarget {
  id: string;
  provider: string;
  providerModel: string;
  priceVersionId: string;
  rates: CompiledRates;
}

/** A model that callers may name. */
export interface CompiledModel {
  name: string;
  kind: 'chat' | 'embedding';
  contextTokens: number;
  maxOutputTokens: number;
  target: CompiledTarget;
}

/** A snapshot with everything parsed once, so that a call only looks things up. */
export interface CompiledSnapshot {
  version: string;
  generatedAtMs: number;
  keys: ReadonlyMap<string, CompiledKey>;
  models: ReadonlyMap<string, CompiledModel>;
  budgetEpochs: ReadonlyMap<string, number>;
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
    budgetEpochs: new Map(
      snapshot.departments.map(each => [each.ref, each.budgetEpoch]),
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
  const [target] = model.targets; // the schema asks for at least one
  const { rates } = target;
  return {
    ...model,
    target: {
      ...target,
      rates: {
        input: optionalRate(rates.input),
        cachedInput: optionalRate(rates['cached-input']),
        output: optionalRate(rates.output),
      },
    },
  };
}

function optionalRate(text: string | undefined): Rate | undefined {
  return text === undefined ? undefined : parseRate(text);
}

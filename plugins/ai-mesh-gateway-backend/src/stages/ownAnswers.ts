import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { CompiledModel } from '../snapshot/CompiledSnapshot';

/** `GET /v1/models`: the models that the key may use. */
export function listModels({ snapshot, key }: Call): Buffer {
  invariant(snapshot !== undefined && key !== undefined, 'no key was found');
  const data = [...snapshot.models.values()]
    .filter(model => key.models.has(model.name))
    .map(model => toModelObject(model, snapshot.generatedAtMs));
  return Buffer.from(JSON.stringify({ object: 'list', data }));
}

/** `GET /v1/models/{id}`. */
export function showModel({ snapshot, model }: Call): Buffer {
  invariant(
    snapshot !== undefined && model !== undefined,
    'no model was found',
  );
  return Buffer.from(
    JSON.stringify(toModelObject(model, snapshot.generatedAtMs)),
  );
}

function toModelObject(model: CompiledModel, generatedAtMs: number) {
  return {
    id: model.name,
    object: 'model',
    created: Math.floor(generatedAtMs / 1000),
    owned_by: model.target.provider,
  };
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { Answer, WholeAnswer } from '../upstream/Answer';

/** `GET /v1/models`: the models that the key may use. */
export function listModels({ snapshot, key }: Call): WholeAnswer {
  invariant(snapshot !== undefined && key !== undefined, 'no key was found');
  const data = [...snapshot.models.values()]
    .filter(model => key.models.has(model.name))
    .map(model => toModelObject(model, snapshot.generatedAtMs));
  return toAnswer({ object: 'list', data });
}

/** `GET /v1/models/{id}`. */
export function showModel({ snapshot, model }: Call): WholeAnswer {
  invariant(
    snapshot !== undefined && model !== undefined,
    'no model was found',
  );
  return toAnswer(toModelObject(model, snapshot.generatedAtMs));
}

/** The answer of an earlier, equal call, exactly as it was delivered; it costs nothing. */
export function storedAnswer({ caching, attempt }: Call): Answer {
  const hit = caching?.hit;
  invariant(hit !== undefined && attempt !== undefined, 'nothing is stored');
  const { contentType, body, usage } = hit.answer;
  attempt.outcome = { end: 'cached', usage, pieceCount: 0 };
  return contentType === 'text/event-stream'
    ? { kind: 'recorded', body }
    : { kind: 'whole', status: 200, contentType, body };
}

function toAnswer(content: object): WholeAnswer {
  return {
    kind: 'whole',
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify(content)),
  };
}

function toModelObject(model: CompiledModel, generatedAtMs: number) {
  return {
    id: model.name,
    object: 'model',
    created: Math.floor(generatedAtMs / 1000),
    owned_by: model.targets[0].provider,
  };
}

import type { Exchange } from '../http/Exchange';
import { send } from '../http/send';
import { DEFAULT_MODELS } from '../options';
import type { Simulation } from '../Simulation';

/** A fixed day, so that the list is the same everywhere: 1 January 2026. */
const CREATED_SECONDS = 1_767_225_600;

/** `GET …/models` and `GET …/models/{model}`. A simulator that serves any name lists those of the demo. */
export function createModelsHandlers(simulation: Simulation) {
  const names =
    simulation.models === 'any' ? DEFAULT_MODELS : simulation.models;
  const list = JSON.stringify({ object: 'list', data: names.map(modelBody) });

  async function models({ response }: Exchange): Promise<void> {
    send(response, list);
  }

  async function model({ response, route }: Exchange): Promise<void> {
    const { deployment = '', dialect } = route;
    simulation.requireModel(deployment, dialect);
    send(response, JSON.stringify(modelBody(deployment)));
  }

  return { models, model };
}

function modelBody(id: string) {
  return {
    id,
    object: 'model',
    created: CREATED_SECONDS,
    owned_by: 'model-simulator',
  };
}

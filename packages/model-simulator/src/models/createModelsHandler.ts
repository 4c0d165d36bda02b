import type { Exchange } from '../http/Exchange';
import { send } from '../http/send';
import { DEFAULT_MODELS } from '../options';
import type { Simulation } from '../Simulation';

/** A fixed day, so that the list is the same everywhere: 1 January 2026. */
const CREATED_SECONDS = 1_767_225_600;

/** `GET …/models`. A simulator that serves any name lists those of the demo. */
export function createModelsHandler(simulation: Simulation) {
  const names =
    simulation.models === 'any' ? DEFAULT_MODELS : simulation.models;
  const body = JSON.stringify({
    object: 'list',
    data: names.map(id => ({
      id,
      object: 'model',
      created: CREATED_SECONDS,
      owned_by: 'model-simulator',
    })),
  });
  return async ({ response }: Exchange): Promise<void> => send(response, body);
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { Stage } from '../pipeline';

/** Stage 3. From the model's name to the target that serves it, if the key may use it. */
export function createResolveStage(): Stage {
  return {
    name: 'resolve',
    run(call) {
      const { snapshot, key } = call;
      invariant(snapshot !== undefined, 'a call without a snapshot');
      invariant(key !== undefined, 'a call without a key');
      const name = requestedModel(call);
      if (name === undefined) return;
      const model = snapshot.models.get(name);
      if (!model) throw new GatewayError('model_not_found', { param: 'model' });
      if (!key.models.has(name)) {
        throw new GatewayError('model_not_allowed', { param: 'model' });
      }
      const { modelKind } = call.match.route;
      if (modelKind !== undefined && model.kind !== modelKind) {
        throw new GatewayError('invalid_value', {
          param: 'model',
          message: `This model is of the kind "${model.kind}", which this path does not serve.`,
        });
      }
      call.model = model;
      call.target = model.target;
    },
  };
}

function requestedModel(call: Call): string | undefined {
  return call.match.route.name === 'model'
    ? call.match.rest
    : call.fields?.model;
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { firstValue } from '../http/firstValue';
import { AttemptSender } from '../attempts/AttemptSender';
import { CallCache } from '../cache';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { Stage } from '../pipeline';
import { Classifiers, findSpecialist } from '../routing/findSpecialist';
import { Plan } from '../routing/Plan';
import { TargetStates } from '../routing/TargetStates';
import { CompiledModel } from '../snapshot/CompiledSnapshot';

/** Stage 3. From the model's name to the plan of where to go, if the key may use it. */
export function createResolveStage(options: {
  states: TargetStates;
  sender: AttemptSender;
  classifiers: Classifiers;
  cache: CallCache;
}): Stage {
  const { states, sender, classifiers, cache } = options;
  return {
    name: 'resolve',
    run(call) {
      const model = findModel(call);
      call.model = model;
      if (!model || call.match.route.method === 'GET') return undefined;
      call.criticality = criticalityOf(call);
      cache.open(call);
      if (model.routing.specialists.length === 0) {
        makePlan(call, model, false);
        return undefined;
      }
      const found = findSpecialist(call, model, classifiers);
      if (!(found instanceof Promise)) {
        makePlan(call, found ?? model, found !== undefined);
        return undefined;
      }
      return found.then(specialist =>
        makePlan(call, specialist ?? model, specialist !== undefined),
      );
    },
  };

  function makePlan(
    call: Call,
    model: CompiledModel,
    isSpecialist: boolean,
  ): void {
    const { snapshot, key, request } = call;
    invariant(snapshot !== undefined && key !== undefined, 'no key was found');
    call.plan = new Plan({
      snapshot,
      key,
      criticality: call.criticality,
      asked: call.model ?? model,
      model,
      because: isSpecialist ? 'specialist' : 'requested',
      caller: firstValue(request.headers['x-ai-mesh-session']) ?? key.id,
      isRepeated: Number(request.headers['x-stainless-retry-count'] ?? 0) > 0,
      canServe: target => sender.canServe(call, target.provider),
      states,
    });
  }
}

function findModel({
  snapshot,
  key,
  match,
  fields,
}: Call): CompiledModel | undefined {
  invariant(snapshot !== undefined, 'a call without a snapshot');
  invariant(key !== undefined, 'a call without a key');
  const { route } = match;
  const name = route.method === 'GET' ? match.model : fields?.model;
  if (name === undefined) return undefined;
  const model = snapshot.models.get(name);
  if (!model) throw new GatewayError('model_not_found', { param: 'model' });
  if (!key.models.has(name)) {
    throw new GatewayError('model_not_allowed', { param: 'model' });
  }
  if (route.method === 'POST' && model.kind !== route.modelKind) {
    throw new GatewayError('invalid_value', {
      param: 'model',
      message: `This model is of the kind "${model.kind}", which this path does not serve.`,
    });
  }
  return model;
}

/** A request may say of itself what its key says otherwise; anything else than the two words says nothing. */
function criticalityOf({ request, key }: Call): Call['criticality'] {
  const asked = request.headers['x-ai-mesh-criticality'];
  if (asked === 'critical' || asked === 'non-critical') return asked;
  return key?.criticality ?? 'critical';
}

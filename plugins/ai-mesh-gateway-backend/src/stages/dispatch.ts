import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { errors } from 'undici';
import { Call } from '../Call';
import { CallerGoneError, GatewayError } from '../errors';
import { editJson } from '../http/jsonMembers';
import { describeError, Logger } from '../Logger';
import { Stage } from '../pipeline';
import { Answer } from '../upstream/Answer';
import { Provider } from '../upstream/Provider';
import { UpstreamCall } from '../upstream/UpstreamCall';
import { listModels, showModel } from './ownAnswers';

/** The call took longer than any may. */
export class DeadlineError extends Error {
  constructor() {
    super('The call passed its deadline');
    this.name = 'DeadlineError';
  }
}

/** Stage 6. Sends the call to its target, once the journal covers it, and waits for the answer to begin. */
export function createDispatchStage(options: {
  providers: ReadonlyMap<string, Provider>;
  logger: Logger;
}): Stage {
  const { logger } = options;
  return {
    name: 'dispatch',
    run(call) {
      if (call.match.route.name === 'models') {
        call.answer = { kind: 'own', body: listModels(call) };
        return undefined;
      }
      if (call.match.route.name === 'model') {
        call.answer = { kind: 'own', body: showModel(call) };
        return undefined;
      }
      return dispatch(call);
    },
  };

  async function dispatch(call: Call): Promise<void> {
    const { target, hold } = call;
    const { upstreamPath } = call.match.route;
    invariant(target !== undefined && hold !== undefined, 'nothing is held');
    invariant(upstreamPath !== undefined, 'a route without a path upstream');
    const provider = options.providers.get(target.provider);
    if (!provider) {
      logger.warn(
        `The model's provider "${target.provider}" is not in aiMeshGateway.providers`,
        { requestId: call.id },
      );
      throw new GatewayError('upstream_error');
    }
    const body = upstreamBody(call);
    if (call.callerGone) throw new CallerGoneError();
    // before the provider sees the call: a crash from here on leaves its money held, never lost
    hold.lease.dispatch(hold);
    call.dispatched = true;
    let upstream: UpstreamCall | undefined;
    try {
      call.answer = await new Promise<Answer>((resolve, reject) => {
        upstream = new UpstreamCall(resolve, reject);
        call.onAbort(reason => upstream?.abort(reason));
        provider.send(
          { target, upstreamPath, requestId: call.id, body },
          upstream,
        );
      });
    } catch (error) {
      throw failed(call, error, upstream?.isSent ?? false);
    }
  }

  function failed(call: Call, error: unknown, isSent: boolean): Error {
    const isTimeout =
      error instanceof errors.HeadersTimeoutError ||
      error instanceof errors.BodyTimeoutError ||
      error instanceof errors.ConnectTimeoutError ||
      error instanceof DeadlineError;
    const isOurEnd = isTimeout || error instanceof CallerGoneError;
    call.outcome = {
      // a provider that was cut off by us has most likely been at work; one that broke down has not
      end: isSent && isOurEnd ? 'cut' : 'refused',
      usage: undefined,
      pieceCount: 0,
    };
    if (error instanceof CallerGoneError) return error;
    logger.warn(`A provider failed: ${describeError(error)}`, {
      requestId: call.id,
      provider: call.target?.provider ?? '',
    });
    return new GatewayError(isTimeout ? 'upstream_timeout' : 'upstream_error');
  }
}

/** The caller's own bytes, except for what has to differ. */
export function upstreamBody(call: Call): Buffer {
  const { body, fields, target, members } = call;
  invariant(
    body !== undefined && fields !== undefined && target !== undefined,
    'a call without a body',
  );
  const edits = new Map<string, string>();
  if (target.providerModel !== fields.model) {
    edits.set('model', JSON.stringify(target.providerModel));
  }
  if (fields.maxOutputTokens === undefined) {
    edits.set('max_tokens', String(call.maxOutputTokens)); // the hold covers no more
  }
  if (fields.stream && !fields.includeUsage) {
    const streamOptions = { ...fields.streamOptions, include_usage: true };
    edits.set('stream_options', JSON.stringify(streamOptions));
  }
  return editJson(body, members, edits);
}

import {
  FallbackCause,
  invariant,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { AttemptFailure } from '../attempts/AttemptFailure';
import { AttemptSender } from '../attempts/AttemptSender';
import { AttemptHolder } from '../attempts/AttemptHolder';
import { Attempt } from '../Attempt';
import { Call } from '../Call';
import { CallerGoneError, DeadlineError, GatewayError } from '../errors';
import { CountEvent } from '../metrics/GatewayMetrics';
import { Stage } from '../pipeline';
import { Candidate } from '../routing/Plan';
import { Shadows } from '../shadow/Shadows';
import { listModels, showModel, storedAnswer } from './ownAnswers';

/** Stage 6. Sends the call to its target, and to the next one when that fails, until one answers. */
export function createDispatchStage(options: {
  sender: AttemptSender;
  holder: AttemptHolder;
  shadows: Shadows;
  onEvent: CountEvent;
  clock: () => number;
}): Stage {
  const { sender, holder, shadows, onEvent, clock } = options;
  return {
    name: 'dispatch',
    run(call) {
      if (call.match.route.name === 'models') {
        call.answer = listModels(call);
        return undefined;
      }
      if (call.match.route.name === 'model') {
        call.answer = showModel(call);
        return undefined;
      }
      if (call.attempt?.because === 'cache') {
        call.answer = storedAnswer(call);
        onEvent('cache-hit', {
          departmentRef: call.key?.departmentRef ?? '',
          model: call.attempt.model.name,
        });
        return undefined;
      }
      return dispatch(call);
    },
  };

  function dispatch(call: Call): Promise<void> {
    const sent = send(call);
    shadows.offer(call);
    return sent.then(failure => failure && sendAgain(call, failure));
  }

  async function sendAgain(call: Call, first: AttemptFailure): Promise<void> {
    let failure: AttemptFailure | undefined = first;
    while (failure && !(await goOn(call, failure))) failure = await send(call);
  }

  function send(call: Call): Promise<AttemptFailure | undefined> {
    const { attempt } = call;
    invariant(attempt !== undefined, 'a call without an attempt');
    return sender.send(call, attempt);
  }

  /** Makes the next attempt. @returns whether there is none, and the provider's own refusal is the answer */
  async function goOn(call: Call, failure: AttemptFailure): Promise<boolean> {
    const { attempt } = call;
    invariant(attempt !== undefined, 'a call without an attempt');
    const { cause, retryAfterMs } = failure;
    if (call.callerGone) throw failure.error;
    const remainingMs = call.deadlineAtMs - clock();
    const next = cause && call.plan?.next(cause, { retryAfterMs, remainingMs });
    if (!next) return giveUp(call, failure);
    // its money is free for the next one, unless something of it was used
    if (attempt.outcome?.end === 'refused') holder.release(attempt);
    if (next.waitMs > 0) await pause(call, next.waitMs);
    if (call.callerGone) throw new CallerGoneError();
    if (next.model !== attempt.model) call.fallbackCause = cause;
    countStep(call, attempt, next, cause);
    try {
      await holder.hold(call, next);
    } catch (reason) {
      // that the stand-in is too dear is not what the caller is to hear: the failure before it is
      if (reason instanceof GatewayError) return giveUp(call, failure);
      throw reason;
    }
    return false;
  }

  /** The provider's own refusal is the answer where it is about the request. @returns true */
  function giveUp(call: Call, { error, refusal }: AttemptFailure): boolean {
    if (!refusal) throw error;
    call.answer = refusal;
    return true;
  }

  function countStep(
    call: Call,
    { model }: Attempt,
    next: Candidate,
    cause: FallbackCause,
  ): void {
    if (next.model === model) onEvent('retry', { model: model.name, cause });
    else {
      const to = next.model.name;
      onEvent('fallback', { model: call.model?.name ?? '', to, cause });
    }
  }
}

/** Ends early when the call does: then what ended it is thrown. */
function pause(call: Call, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    call.onAbort(reason => {
      clearTimeout(timer);
      const isLate = reason instanceof DeadlineError;
      reject(isLate ? new GatewayError('upstream_timeout') : reason);
    });
  });
}

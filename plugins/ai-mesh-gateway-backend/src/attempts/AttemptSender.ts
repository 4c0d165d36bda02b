import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { errors } from 'undici';
import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { CallerGoneError, DeadlineError, GatewayError } from '../errors';
import { describeError, Logger } from '../Logger';
import { TargetStates } from '../routing/TargetStates';
import { Provider } from '../upstream/Provider';
import { UpstreamCall } from '../upstream/UpstreamCall';
import { AttemptFailure } from './AttemptFailure';
import { drainThenStop } from './drainThenStop';
import { Passage, passageOf } from './passageOf';
import { readAnswer } from './readAnswer';
import { startsWithError } from './startsWithError';
import { targetBody } from './targetBody';

const CUT = { end: 'cut', usage: undefined, pieceCount: 0 } as const;
const UNSEEN = { end: 'unseen', usage: undefined, pieceCount: 0 } as const;
const REFUSED = { end: 'refused', usage: undefined, pieceCount: 0 } as const;

/** Sends attempts to their targets, and keeps what it learns of these. */
export class AttemptSender {
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #states: TargetStates;
  readonly #clock: () => number;
  readonly #logger: Logger;

  constructor(options: {
    providers: ReadonlyMap<string, Provider>;
    states: TargetStates;
    clock: () => number;
    logger: Logger;
  }) {
    this.#providers = options.providers;
    this.#states = options.states;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Whether a provider can serve a route at all. One that is missing is found out, and told, when it is called. */
  canServe(call: Call, providerId: string): boolean {
    return (
      !this.#providers.has(providerId) ||
      this.#passageOf(call, providerId) !== undefined
    );
  }

  /** Whether a call has to be put into other words for a provider. */
  isTranslated(call: Call, providerId: string): boolean {
    return this.#passageOf(call, providerId)?.translation !== undefined;
  }

  /**
   * Sends an attempt, once the journal covers it, and waits for the answer, or for its first bytes.
   *
   * @returns undefined when the call has its answer
   * @throws JournalError, GatewayError: nothing was sent
   */
  send(call: Call, attempt: Attempt): Promise<AttemptFailure | undefined> {
    const { hold, target } = attempt;
    invariant(hold !== undefined, 'nothing is held');
    const provider = this.#providers.get(target.provider);
    const passage = this.#passageOf(call, target.provider);
    if (!provider || !passage) {
      this.#logger.warn(
        `The model's provider "${target.provider}" is not in aiMeshGateway.providers`,
        { requestId: call.id },
      );
      const error = new GatewayError('upstream_error');
      return Promise.resolve({ cause: 'error', error });
    }
    const { body, contentType } = targetBody(
      call,
      attempt,
      passage,
      provider.outputBoundMember,
    );
    if (call.callerGone) throw new CallerGoneError();
    // before the provider sees the call: a crash from here on leaves its money held, never lost
    hold.lease.dispatch(hold);
    const state = this.#states.of(target.id);
    attempt.dispatched = true;
    attempt.startedAtMs = this.#clock();
    attempt.state = state;
    call.passage = passage;
    attempt.probe = state.started();
    return new Promise(resolve => {
      const fail = (failure: AttemptFailure) => {
        this.#failed(call, attempt, failure);
        resolve(failure);
      };
      const upstream: UpstreamCall = new UpstreamCall({
        whole: answer => {
          const failure = readAnswer(call, attempt, passage, answer);
          if (failure) {
            fail(failure);
            return;
          }
          this.#answered(call, attempt);
          resolve(undefined);
        },
        stream: source => {
          if (startsWithError(source.first)) {
            attempt.outcome = REFUSED;
            fail({
              cause: 'error',
              error: new GatewayError('upstream_error'),
              what: 'began a stream with an error',
            });
            upstream.abort(new Error('nobody reads it'));
            return;
          }
          call.answer = { kind: 'stream', source };
          call.answerBegins();
          this.#answered(call, attempt);
          resolve(undefined);
        },
        failed: error => {
          const failure = failureOf(error);
          failure.isOfCaller =
            error instanceof DeadlineError && call.isDeadlineOfCaller;
          attempt.outcome = upstream.isSent ? endOf(failure) : REFUSED;
          fail(failure);
        },
      });
      call.onAbort(drainThenStop(upstream));
      provider.send(
        {
          target,
          upstreamPath: passage.upstreamPath,
          requestId: call.id,
          body,
          contentType,
        },
        upstream,
      );
    });
  }

  #passageOf({ match }: Call, providerId: string): Passage | undefined {
    const provider = this.#providers.get(providerId);
    const { route } = match;
    return provider && route.method === 'POST'
      ? passageOf(route.name, provider.protocol)
      : undefined;
  }

  #answered(call: Call, attempt: Attempt): void {
    call.firstByteAtMs = this.#clock();
    attempt.state?.answered(call.firstByteAtMs - attempt.startedAtMs);
  }

  #failed(call: Call, attempt: Attempt, failure: AttemptFailure): void {
    const { state, target } = attempt;
    const { cause, retryAfterMs, what } = failure;
    if (cause !== undefined) {
      state?.failed(cause, retryAfterMs, attempt.probe);
    }
    attempt.end();
    if (what === undefined) return;
    this.#logger.warn(`A provider ${what}`, {
      requestId: call.id,
      provider: target.provider,
      target: target.id,
    });
  }
}

/** A provider that was cut off by us has most likely been at work; one that broke down has not. */
function endOf({ cause, error }: AttemptFailure): Outcome {
  if (error instanceof CallerGoneError) return CUT;
  return cause === 'timeout' ? UNSEEN : REFUSED;
}

function failureOf(error: Error): AttemptFailure {
  if (error instanceof CallerGoneError) return { cause: undefined, error };
  const isTimeout =
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof DeadlineError;
  return {
    cause: isTimeout ? 'timeout' : 'error',
    error: new GatewayError(isTimeout ? 'upstream_timeout' : 'upstream_error'),
    what: `failed: ${describeError(error)}`,
  };
}

import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from '../Attempt';
import { Call } from '../Call';
import { CallerGoneError, GatewayError } from '../errors';
import { Leases } from '../leases/Leases';
import {
  inputTokensBound,
  outputTokensBound,
  worstCase,
} from '../prices/worstCase';
import { Candidate } from '../routing/Plan';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { AttemptSender } from './AttemptSender';

/** A translated body says the same in other words, which may be more. */
const TRANSLATED_FACTOR = 2;

/** Makes attempts, each with the dearest that it can cost held for it. */
export class AttemptHolder {
  readonly #leases: Leases;
  readonly #sender: AttemptSender;
  readonly #clock: () => number;

  constructor(options: {
    leases: Leases;
    sender: AttemptSender;
    clock: () => number;
  }) {
    this.#leases = options.leases;
    this.#sender = options.sender;
    this.#clock = options.clock;
  }

  /**
   * Makes the next attempt of a call: at once when the lease at hand is large enough. A model whose worst case
   * the budget does not cover gives way to one that stands in for it.
   *
   * @throws GatewayError `insufficient_quota`, `price_unknown`, …; also as a rejection
   */
  hold(call: Call, candidate: Candidate): void | Promise<void> {
    const { key, fields, body } = call;
    invariant(key !== undefined, 'a call without a key');
    invariant(fields !== undefined && body !== undefined, 'no body was read');
    const { model, target } = candidate;
    const attempt = new Attempt({
      ...candidate,
      number: call.attempts.length + 1,
    });
    const isTranslated = this.#sender.isTranslated(call, target.provider);
    const bodyBytes = isTranslated
      ? TRANSLATED_FACTOR * body.length
      : body.length;
    const input = inputTokensBound(model, fields, bodyBytes);
    attempt.maxOutputTokens = answerBound(call, model, input);
    const worst = worstCase(target.rates, {
      input,
      output: attempt.maxOutputTokens * fields.choices,
      pieces: fields.units,
    });
    const hold = this.#leases.tryHold(key.departmentRef, worst);
    if (hold) {
      attempt.hold = hold;
      call.attempts.push(attempt);
      return undefined;
    }
    return this.#leases.waitForHold(key.departmentRef, worst).then(
      granted => {
        attempt.hold = granted;
        call.attempts.push(attempt);
        if (call.callerGone) throw new CallerGoneError();
      },
      error => this.#holdCheaper(call, error),
    );
  }

  /** Gives the money of an attempt back, unless it was used, or nobody knows whether it was. */
  release({ hold, keepHold }: Attempt): void {
    if (hold && !keepHold) this.#leases.release(hold);
  }

  async #holdCheaper(call: Call, error: unknown): Promise<void> {
    const isOverBudget =
      error instanceof GatewayError && error.code === 'insufficient_quota';
    const remainingMs = call.deadlineAtMs - this.#clock();
    const cheaper = isOverBudget
      ? call.plan?.next('budget', { remainingMs })
      : undefined;
    if (!cheaper) throw error;
    call.fallbackCause = 'budget';
    await this.hold(call, cheaper);
  }
}

/** What the caller asks of one model may be more than another has: a stand-in gives what it can. */
function answerBound(call: Call, model: CompiledModel, input: number): number {
  const { fields } = call;
  invariant(fields !== undefined, 'a call without a body');
  const asked = fields.maxOutputTokens;
  const isAsked = model === call.model;
  return isAsked || asked === undefined || asked <= model.maxOutputTokens
    ? outputTokensBound(model, fields, input)
    : model.maxOutputTokens;
}

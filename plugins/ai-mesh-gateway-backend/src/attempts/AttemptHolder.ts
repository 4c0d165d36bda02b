import {
  BudgetMeasure,
  invariant,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from '../Attempt';
import { Call } from '../Call';
import { CallerGoneError, DeadlineError, GatewayError } from '../errors';
import { Leases } from '../leases/Leases';
import { CountEvent } from '../metrics/GatewayMetrics';
import {
  inputTokensBound,
  outputTokensBound,
  toolCallsBound,
  worstCase,
} from '../prices/worstCase';
import { Candidate } from '../routing/Plan';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { CompiledScope, scopeOf } from '../snapshot/compileScopes';
import { blockedMessage, Measures } from '../snapshot/measures';
import { AttemptSender } from './AttemptSender';

/** A translated body says the same in other words, which may be more. */
const TRANSLATED_FACTOR = 2;

/** An attempt that was not made, because a budget does not cover it. */
interface Refused {
  attempt: Attempt;
  scope: CompiledScope;
  worst: PicoUsd;
}

/** Makes attempts, each with the dearest that it can cost held for it. */
export class AttemptHolder {
  readonly #leases: Leases;
  readonly #sender: AttemptSender;
  readonly #clock: () => number;
  readonly #onEvent: CountEvent;

  constructor(options: {
    leases: Leases;
    sender: AttemptSender;
    clock: () => number;
    onEvent: CountEvent;
  }) {
    this.#leases = options.leases;
    this.#sender = options.sender;
    this.#clock = options.clock;
    this.#onEvent = options.onEvent;
  }

  /**
   * Makes the next attempt of a call: at once when the lease at hand is large enough. A model whose worst case
   * the budget does not cover gives way to one that stands in for it. What thresholds of the budget ask for is done.
   *
   * @throws GatewayError `insufficient_quota`, `price_unknown`, …; also as a rejection
   */
  hold(call: Call, candidate: Candidate): void | Promise<void> {
    const { key } = call;
    invariant(key !== undefined, 'a call without a key');
    const scope = scopeOf(key.scopes, candidate.model.name);
    const { measures } = scope;
    if (measures === undefined) return this.#hold(call, candidate, scope);
    if (measures.prefersCheaper) {
      const cheaper = this.#cheaperAtOnce(call, candidate);
      if (cheaper) return this.hold(call, cheaper);
    }
    if (measures.blockedBy !== undefined) {
      this.#tell(call, 'block', candidate.model);
      const message = blockedMessage(measures.blockedBy);
      const refusal = new GatewayError('insufficient_quota', { message });
      return this.#holdCheaper(call, refusal);
    }
    return this.#hold(call, candidate, scope);
  }

  #hold(
    call: Call,
    candidate: Candidate,
    scope: CompiledScope,
  ): void | Promise<void> {
    const { fields, body } = call;
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
    if (scope.measures) this.#cap(call, attempt, scope.measures);
    const worst = worstCase(target.prices, {
      input,
      output: attempt.maxOutputTokens * fields.choices,
      pieces: fields.units,
      toolCalls: toolCallsBound(target.prices, fields),
      // a translated request names no tier
      serviceTier: isTranslated ? undefined : fields.serviceTier,
      cachesForHour: fields.cachesForHour,
    });
    const hold = this.#leases.tryHold(scope, worst);
    if (hold) {
      attempt.hold = hold;
      call.attempts.push(attempt);
      return undefined;
    }
    return this.#leases.waitForHold(scope, worst).then(
      granted => {
        attempt.hold = granted;
        call.attempts.push(attempt);
        if (call.callerGone) throw new CallerGoneError();
      },
      error => this.#holdCheaper(call, error, { attempt, scope, worst }),
    );
  }

  /** Gives the money of an attempt back, unless it was used, or nobody knows whether it was. */
  release({ hold, keepHold }: Attempt): void {
    if (hold && !keepHold) this.#leases.release(hold);
  }

  /** @param refused - waits for money to come back, when nothing is cheaper and a threshold allows it */
  async #holdCheaper(
    call: Call,
    error: unknown,
    refused?: Refused,
  ): Promise<void> {
    const isOverBudget =
      error instanceof GatewayError && error.code === 'insufficient_quota';
    if (!isOverBudget) throw error;
    const cheaper = this.#nextForBudget(call);
    if (cheaper) await this.hold(call, cheaper);
    else if (refused) await this.#queue(call, error, refused);
    else throw error;
  }

  #nextForBudget(call: Call): Candidate | undefined {
    const remainingMs = call.deadlineAtMs - this.#clock();
    const cheaper = call.plan?.next('budget', { remainingMs });
    if (cheaper) call.fallbackCause = 'budget';
    return cheaper;
  }

  /** Only the model that was asked for gives way: a specialist is the cheaper one already, an answer at hand is free. */
  #cheaperAtOnce(
    call: Call,
    { model, because }: Candidate,
  ): Candidate | undefined {
    const isFirst = call.attempts.length === 0 && because === 'requested';
    if (!isFirst || call.criticality === 'critical') return undefined;
    const cheaper = this.#nextForBudget(call);
    if (cheaper) this.#tell(call, 'cheaper-model', model);
    return cheaper;
  }

  #cap(call: Call, attempt: Attempt, { maxOutputTokens }: Measures): void {
    const isAtHand = attempt.because === 'cache';
    if (isAtHand || attempt.maxOutputTokens <= maxOutputTokens) return;
    attempt.maxOutputTokens = maxOutputTokens;
    this.#tell(call, 'cap-output', attempt.model);
  }

  async #queue(
    call: Call,
    refusal: GatewayError,
    { attempt, scope, worst }: Refused,
  ): Promise<void> {
    const queueMs = scope.measures?.queueMs ?? 0;
    const isFirst = call.attempts.length === 0 && attempt.because !== 'shadow';
    if (queueMs === 0 || !isFirst) throw refusal;
    if (call.callerGone) throw new CallerGoneError();
    this.#tell(call, 'queue', attempt.model);
    const untilMs = Math.min(this.#clock() + queueMs, call.deadlineAtMs);
    const { held, leave } = this.#leases.queueForHold(scope, worst, untilMs);
    call.onAbort(reason =>
      leave(reason instanceof DeadlineError ? refusal : reason),
    );
    try {
      attempt.hold = await held;
    } finally {
      call.onAbort(undefined);
    }
    call.attempts.push(attempt);
    if (call.callerGone) throw new CallerGoneError();
  }

  #tell(
    call: Call,
    measure: BudgetMeasure['action'],
    { name }: CompiledModel,
  ): void {
    const departmentRef = call.key?.departmentRef ?? '';
    this.#onEvent('budget-measure', { measure, departmentRef, model: name });
    const told = call.budgetMeasures?.split(', ') ?? [];
    if (told.includes(measure)) return;
    call.budgetMeasures = [...told, measure].join(', ');
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

import {
  invariant,
  picoUsd,
  PicoUsd,
  Routing,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { AttemptHolder } from '../attempts/AttemptHolder';
import { AttemptSender } from '../attempts/AttemptSender';
import { Call } from '../Call';
import { DeadlineError } from '../errors';
import { describeError, Logger } from '../Logger';
import { Stage } from '../pipeline';
import { Plan } from '../routing/Plan';
import { TargetStates } from '../routing/TargetStates';
import {
  CompiledDepartment,
  CompiledKey,
  CompiledModel,
} from '../snapshot/CompiledSnapshot';
import { readToEnd } from './readToEnd';
import { ShadowSpend } from './ShadowSpend';

/** Copies that wait. More are dropped: they would measure a candidate under a load that nobody has. */
const QUEUE_LENGTH = 64;
/** Copies that are at candidates at once. */
const PARALLEL = 8;

type Shadow = NonNullable<Routing['shadow']>;

/**
 * Sends copies of calls to a candidate, on the side: sampled, paid for by a department of its own, within a cap. The
 * caller's call neither waits for them nor hears of them.
 */
export class Shadows {
  readonly #sender: AttemptSender;
  readonly #holder: AttemptHolder;
  readonly #states: TargetStates;
  readonly #settle: Stage;
  readonly #journal: Stage;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #logger: Logger;
  readonly #onDropped: (model: string) => void;
  readonly #spend: ShadowSpend;
  readonly #waiting: Array<() => Promise<void>> = [];
  readonly #running = new Set<ShadowCall>();
  #droppedCount = 0;

  constructor(options: {
    sender: AttemptSender;
    holder: AttemptHolder;
    states: TargetStates;
    settle: Stage;
    journal: Stage;
    clock: () => number;
    random?: () => number;
    logger: Logger;
    /** @param model - that was asked for */
    onDropped: (model: string) => void;
  }) {
    this.#sender = options.sender;
    this.#holder = options.holder;
    this.#states = options.states;
    this.#settle = options.settle;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#logger = options.logger;
    this.#onDropped = options.onDropped;
    this.#spend = new ShadowSpend(options.clock);
  }

  /** Copies that were not sent, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Takes a copy of a call, if its model has a candidate and chance wants it. Returns at once. */
  offer(call: Call): void {
    const shadow = call.model?.routing.shadow;
    if (!shadow || this.#random() >= shadow.share) return;
    if (this.#waiting.length >= QUEUE_LENGTH) {
      this.#drop(call);
      return;
    }
    const payer = call.snapshot?.departments.get(shadow.departmentRef);
    if (!payer) {
      this.#drop(call);
      return;
    }
    const copy = copyOf(call, shadow, payer);
    this.#waiting.push(() => this.#send(copy, shadow));
    // not within the caller's turn of the event loop
    setImmediate(() => this.#next());
  }

  /** Gives up the copies that take too long. Called every so often. */
  sweep(): void {
    const nowMs = this.#clock();
    for (const call of this.#running) {
      if (call.deadlineAtMs <= nowMs) call.abort(new DeadlineError());
    }
  }

  /** Forgets what waits, and stops what runs; its usage is on record when it resolves. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    const ended = [...this.#running].map(call => {
      call.abort(new DeadlineError());
      return call.ended;
    });
    await Promise.all(ended);
  }

  #next(): void {
    if (this.#running.size >= PARALLEL) return;
    const send = this.#waiting.shift();
    if (!send) return;
    send()
      .catch(error =>
        this.#logger.warn(`A shadow copy failed: ${describeError(error)}`),
      )
      .finally(() => this.#next());
  }

  async #send(copy: ShadowCall, shadow: Shadow): Promise<void> {
    const candidate = copy.snapshot?.models.get(shadow.model);
    if (!candidate || candidate.kind !== copy.model?.kind) {
      this.#drop(copy);
      return;
    }
    const chosen = this.#planOf(copy, candidate)?.first();
    if (!chosen) {
      this.#drop(copy);
      return;
    }
    this.#running.add(copy);
    let held: PicoUsd | undefined;
    try {
      const pending = this.#holder.hold(copy, chosen);
      if (pending) await pending;
      const { attempt } = copy;
      invariant(attempt?.hold !== undefined, 'nothing is held');
      const worst = attempt.hold.amountPicoUsd;
      if (!this.#spend.tryHold(shadow.model, worst, shadow.dailyCapPicoUsd)) {
        this.#drop(copy);
        return;
      }
      held = worst;
      const failure = await this.#sender.send(copy, attempt);
      if (!failure) await readToEnd(copy);
    } catch {
      this.#drop(copy); // no budget, no provider: the caller's call is not concerned
    } finally {
      await this.#end(copy, held);
    }
  }

  /** The data stay where the caller's department allows, whoever pays. */
  #planOf(copy: ShadowCall, candidate: CompiledModel): Plan | undefined {
    const { snapshot, callerKey } = copy;
    return (
      snapshot &&
      new Plan({
        snapshot,
        key: callerKey,
        criticality: 'critical',
        asked: candidate,
        model: candidate,
        because: 'shadow',
        caller: callerKey.id,
        isRepeated: true,
        canServe: ({ provider }) => this.#sender.canServe(copy, provider),
        states: this.#states,
      })
    );
  }

  async #end(copy: ShadowCall, held: PicoUsd | undefined): Promise<void> {
    try {
      this.#settle.run(copy);
      await this.#journal.run(copy);
    } finally {
      const { attempt, model } = copy;
      if (attempt) this.#holder.release(attempt);
      if (held !== undefined && model?.routing.shadow) {
        const cost = attempt?.costPicoUsd ?? picoUsd(0n);
        this.#spend.settle(model.routing.shadow.model, held, cost);
      }
      this.#running.delete(copy);
      copy.end();
    }
  }

  #drop({ model }: Call): void {
    this.#droppedCount += 1;
    this.#onDropped(model?.name ?? '');
  }
}

/** A copy of a call: with an id and a payer of its own, and without its caller. */
class ShadowCall extends Call {
  readonly callerKey: CompiledKey;
  readonly ended: Promise<void>;
  end: () => void = () => {};

  constructor(
    options: ConstructorParameters<typeof Call>[0],
    callerKey: CompiledKey,
  ) {
    super(options);
    this.callerKey = callerKey;
    this.ended = new Promise(resolve => {
      this.end = resolve;
    });
  }
}

function copyOf(
  call: Call,
  { departmentRef }: Shadow,
  { scopes }: CompiledDepartment,
): ShadowCall {
  const { key } = call;
  invariant(key !== undefined, 'a call without a key');
  const copy = new ShadowCall(
    {
      id: `${call.id}-shadow`,
      match: call.match,
      request: call.request, // read for its headers only
      response: call.response, // never written to
      startedAtMs: call.startedAtMs,
      latestAtMs: call.deadlineAtMs,
    },
    key,
  );
  copy.snapshot = call.snapshot;
  // not held against budgets of the caller's key and application: the copy is no idea of theirs
  copy.key = { ...key, departmentRef, scopes };
  copy.body = call.body;
  copy.json = call.json;
  copy.form = call.form;
  copy.fields = call.fields;
  copy.members = call.members;
  copy.model = call.model;
  copy.scrubbed = call.scrubbed;
  return copy;
}

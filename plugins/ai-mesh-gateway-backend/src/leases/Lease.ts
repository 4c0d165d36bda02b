import {
  BudgetScope,
  invariant,
  PicoUsd,
  picoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LeaseEvent, LeaseState, nextLeaseState } from './leaseState';
import { Watermark } from './Watermark';

/** Money set aside for one call. */
export interface Hold {
  readonly lease: Lease;
  readonly amountPicoUsd: PicoUsd;
  /** Whether its call was sent: until the hold ends, a crash leaves it held. */
  isAtProvider: boolean;
  /**
   * A hold ends with the bill, or with nothing; `kept`: nobody saw the end of its call, which may have cost
   * something, so that its money stays taken until the bill comes after all.
   */
  state: 'held' | 'settled' | 'released' | 'kept';
  /** Seconds for which it was seen held. The lease's alone. */
  ageSeconds: number;
  /** Place among the holds of its lease. The lease's alone. */
  slot: number;
}

/** Money that the control plane has taken from budgets for this gateway to spend. */
export class Lease {
  readonly id: string;
  /** The id as JSON: it stands in every usage record. */
  readonly jsonId: string;
  readonly budgets: BudgetScope;
  /** Of the scope whose calls it is for. */
  readonly scopeId: string;
  readonly grantedPicoUsd: PicoUsd;
  readonly budgetEpoch: number;
  readonly expiresAtMs: number;
  /** Whether the budget is nearly used up: then it is for the calls that wait, and no others. */
  readonly isEndGame: boolean;
  readonly #watermark: Watermark;
  readonly #holds: Hold[] = [];
  #state: LeaseState = 'open';
  #isMissed = false;
  #heldPicoUsd: bigint;
  #keptPicoUsd: bigint;
  #atProviderPicoUsd = 0n;
  #spentPicoUsd = 0n;

  constructor(options: {
    id: string;
    budgets: BudgetScope;
    scopeId: string;
    grantedPicoUsd: PicoUsd;
    budgetEpoch: number;
    expiresAtMs: number;
    isEndGame?: boolean;
    /** Puts on record how much of the lease may be at providers. @throws JournalError */
    writeWatermark: (atMostPicoUsd: bigint) => void;
    /** For calls of a former life whose end nobody saw. */
    keepPicoUsd?: PicoUsd;
  }) {
    this.id = options.id;
    this.jsonId = JSON.stringify(options.id);
    this.budgets = options.budgets;
    this.scopeId = options.scopeId;
    this.grantedPicoUsd = options.grantedPicoUsd;
    this.budgetEpoch = options.budgetEpoch;
    this.expiresAtMs = options.expiresAtMs;
    this.isEndGame = options.isEndGame ?? false;
    this.#keptPicoUsd = options.keepPicoUsd ?? ZERO_PICO_USD;
    this.#heldPicoUsd = this.#keptPicoUsd;
    this.#watermark = new Watermark(
      options.grantedPicoUsd,
      options.writeWatermark,
    );
  }

  get state(): LeaseState {
    return this.#state;
  }

  /** For calls under way, and kept. */
  get heldPicoUsd(): PicoUsd {
    return picoUsd(this.#heldPicoUsd);
  }

  /** What was sent, and whose end was not seen: under way, or kept. */
  get atProviderPicoUsd(): PicoUsd {
    return picoUsd(this.#atProviderPicoUsd);
  }

  get spentPicoUsd(): PicoUsd {
    return picoUsd(this.#spentPicoUsd);
  }

  /** Stays held when the lease is handed back: for calls whose end nobody saw. */
  get keepPicoUsd(): PicoUsd {
    return picoUsd(this.#keptPicoUsd);
  }

  /** What can still be held. Below zero only when a bill was above its hold. */
  get availablePicoUsd(): PicoUsd {
    return picoUsd(
      this.grantedPicoUsd - this.#heldPicoUsd - this.#spentPicoUsd,
    );
  }

  get hasHolds(): boolean {
    return this.#holds.length > 0;
  }

  /** Whether it can be handed back, once its usage is delivered. */
  get isIdle(): boolean {
    return this.#state === 'draining' && this.#holds.length === 0;
  }

  /** Whether others may wait for its money: then it goes back as soon as it can. */
  get isMissed(): boolean {
    return this.#isMissed;
  }

  apply(event: LeaseEvent): void {
    if (event === 'end-game' || event === 'recalled') this.#isMissed = true;
    this.#state = nextLeaseState(this.#state, event);
  }

  /** Test and take in one step, without an await between: parallel calls cannot both take the last cent. */
  tryHold(amount: PicoUsd): Hold | undefined {
    if (this.#state !== 'open' || amount > this.availablePicoUsd) {
      return undefined;
    }
    this.#heldPicoUsd += amount;
    invariant(
      this.#heldPicoUsd + this.#spentPicoUsd <= this.grantedPicoUsd,
      'more is held than was granted',
    );
    const hold: Hold = {
      lease: this,
      amountPicoUsd: amount,
      isAtProvider: false,
      state: 'held',
      ageSeconds: 0,
      slot: this.#holds.length,
    };
    this.#holds.push(hold);
    return hold;
  }

  /**
   * The call of a hold is about to be sent: from here on a crash leaves its money held, never lost.
   *
   * @throws JournalError when that is not on record, so that the call must not be sent
   */
  dispatch(hold: Hold): void {
    invariant(hold.lease === this, 'a hold of another lease');
    invariant(
      hold.state === 'held' && !hold.isAtProvider,
      'a hold was dispatched twice',
    );
    const atProvider = this.#atProviderPicoUsd + hold.amountPicoUsd;
    this.#watermark.cover(atProvider);
    this.#atProviderPicoUsd = atProvider;
    hold.isAtProvider = true;
  }

  /** Brings the watermark down to what is at providers. @throws JournalError, and then it stays as it was */
  lowerWatermark(): void {
    this.#watermark.lower(this.#atProviderPicoUsd);
  }

  /** Replaces a hold by its bill; the usage is then on its way to the control plane. A second time, it does nothing. */
  settle(hold: Hold, cost: PicoUsd): void {
    invariant(hold.lease === this, 'a hold of another lease');
    if (hold.state === 'settled') return;
    if (hold.state === 'held') {
      this.#end(hold, 'settled');
    } else if (hold.state === 'kept') {
      this.#keptPicoUsd -= hold.amountPicoUsd;
      this.#free(hold);
      hold.state = 'settled';
    }
    this.#spentPicoUsd += cost;
  }

  /** Gives a hold back. One that has ended stays as it is. */
  release(hold: Hold): void {
    invariant(hold.lease === this, 'a hold of another lease');
    if (hold.state === 'held') this.#end(hold, 'released');
  }

  /**
   * Ends the holds whose calls must be over and never said so. What was at a provider may have been billed, and is
   * kept; the rest is given back.
   *
   * @param passed - seconds since this was last done
   * @param limit - seconds that no call takes
   */
  expireHolds(passed: number, limit: number): Hold[] {
    const expired: Hold[] = [];
    for (const hold of this.#holds) {
      hold.ageSeconds += passed;
      if (hold.ageSeconds >= limit) expired.push(hold);
    }
    for (const hold of expired) {
      if (hold.isAtProvider) this.#end(hold, 'kept');
      else this.#end(hold, 'released');
    }
    return expired;
  }

  #end(hold: Hold, state: 'settled' | 'released' | 'kept'): void {
    hold.state = state;
    if (state === 'kept') this.#keptPicoUsd += hold.amountPicoUsd;
    else this.#free(hold);
    // the last hold takes the place of the one that goes
    const last = this.#holds.pop();
    invariant(last !== undefined, 'a hold that is not of this lease');
    if (last === hold) return;
    this.#holds[hold.slot] = last;
    last.slot = hold.slot;
  }

  #free(hold: Hold): void {
    this.#heldPicoUsd -= hold.amountPicoUsd;
    if (hold.isAtProvider) this.#atProviderPicoUsd -= hold.amountPicoUsd;
    invariant(this.#heldPicoUsd >= 0n, 'less than nothing is held');
  }
}

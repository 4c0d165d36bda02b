import {
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
  /** A hold ends once: with the bill, or with nothing. */
  state: 'held' | 'settled' | 'released';
}

/** Money that the control plane has taken from a budget for this gateway to spend. */
export class Lease {
  readonly id: string;
  /** The id as JSON: it stands in every usage record. */
  readonly jsonId: string;
  readonly departmentRef: string;
  readonly grantedPicoUsd: PicoUsd;
  readonly budgetEpoch: number;
  readonly expiresAtMs: number;
  /** Stays held when the lease is handed back: for calls of a former life whose end nobody saw. */
  readonly keepPicoUsd: PicoUsd;
  readonly #watermark: Watermark;
  #state: LeaseState = 'open';
  #heldPicoUsd = 0n;
  #atProviderPicoUsd = 0n;
  #spentPicoUsd = 0n;
  #holdCount = 0;

  constructor(options: {
    id: string;
    departmentRef: string;
    grantedPicoUsd: PicoUsd;
    budgetEpoch: number;
    expiresAtMs: number;
    /** Puts on record how much of the lease may be at providers. @throws JournalError */
    writeWatermark: (atMostPicoUsd: bigint) => void;
    keepPicoUsd?: PicoUsd;
  }) {
    this.id = options.id;
    this.jsonId = JSON.stringify(options.id);
    this.departmentRef = options.departmentRef;
    this.grantedPicoUsd = options.grantedPicoUsd;
    this.budgetEpoch = options.budgetEpoch;
    this.expiresAtMs = options.expiresAtMs;
    this.keepPicoUsd = options.keepPicoUsd ?? ZERO_PICO_USD;
    this.#watermark = new Watermark(
      options.grantedPicoUsd,
      options.writeWatermark,
    );
  }

  get state(): LeaseState {
    return this.#state;
  }

  get heldPicoUsd(): PicoUsd {
    return picoUsd(this.#heldPicoUsd);
  }

  /** The part of what is held whose calls were sent. */
  get atProviderPicoUsd(): PicoUsd {
    return picoUsd(this.#atProviderPicoUsd);
  }

  get spentPicoUsd(): PicoUsd {
    return picoUsd(this.#spentPicoUsd);
  }

  /** What can still be held. Below zero only when a bill was above its hold. */
  get availablePicoUsd(): PicoUsd {
    return picoUsd(
      this.grantedPicoUsd - this.#heldPicoUsd - this.#spentPicoUsd,
    );
  }

  get hasHolds(): boolean {
    return this.#holdCount > 0;
  }

  /** Whether it can be handed back, once its usage is delivered. */
  get isIdle(): boolean {
    return this.#state === 'draining' && this.#holdCount === 0;
  }

  apply(event: LeaseEvent): void {
    this.#state = nextLeaseState(this.#state, event);
  }

  /** Test and take in one step, without an await between: parallel calls cannot both take the last cent. */
  tryHold(amount: PicoUsd): Hold | undefined {
    if (this.#state !== 'open' || amount > this.availablePicoUsd) {
      return undefined;
    }
    this.#heldPicoUsd += amount;
    this.#holdCount += 1;
    invariant(
      this.#heldPicoUsd + this.#spentPicoUsd <= this.grantedPicoUsd,
      'more is held than was granted',
    );
    return {
      lease: this,
      amountPicoUsd: amount,
      isAtProvider: false,
      state: 'held',
    };
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

  /** Replaces a hold by its bill; the usage is then on its way to the control plane. */
  settle(hold: Hold, cost: PicoUsd): void {
    this.#end(hold, 'settled');
    this.#spentPicoUsd += cost;
  }

  /** Gives a hold back. */
  release(hold: Hold): void {
    this.#end(hold, 'released');
  }

  #end(hold: Hold, state: 'settled' | 'released'): void {
    invariant(hold.lease === this, 'a hold of another lease');
    invariant(hold.state === 'held', 'a hold ended twice');
    hold.state = state;
    this.#heldPicoUsd -= hold.amountPicoUsd;
    this.#holdCount -= 1;
    if (hold.isAtProvider) this.#atProviderPicoUsd -= hold.amountPicoUsd;
    invariant(this.#heldPicoUsd >= 0n, 'less than nothing is held');
  }
}

import { Bounds } from './bounds';
import { Meter, UNITS_PER_ITEM } from './Meter';

/** How full the limits of a subject are. */
export interface Standing {
  /** Requests that have not drained, in units. */
  readonly requestUnits: number;
  /** Tokens likewise, with those that are held. */
  readonly tokenUnits: number;
  /** Calls that run. */
  readonly parallel: number;
}

const MINUTE_MS = 60_000;

/** The number of a minute, under which the tokens of its calls are held. */
export function minuteOf(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS);
}

/**
 * What a replica has counted for one subject.
 *
 * Tokens are held while a call runs and do not drain meanwhile; when it ends, what it used goes on the meter.
 * So what was not used is given back whole at any time, and the meter's bound holds all the same: from a meter
 * that drains, one would give back what has drained already. A call that runs for long would keep its tokens
 * from everyone: at the second change of the minute its hold goes on the meter, as if used.
 */
export class Tally implements Standing {
  requestUnits = 0;
  tokenUnits = 0;
  parallel = 0;
  bounds: Bounds;
  readonly #requests = new Meter();
  readonly #tokens = new Meter();
  #minute = 0;
  #heldTokens = 0;
  #heldTokensBefore = 0;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
  }

  /** Brings it to the present; before anything else is read or counted. */
  refresh(nowMs: number): void {
    const { requestsPerMinute, tokensPerMinute } = this.bounds;
    this.requestUnits = this.#requests.drain(nowMs, requestsPerMinute);
    this.#turnTo(minuteOf(nowMs));
    const held = this.#heldTokens + this.#heldTokensBefore;
    this.tokenUnits =
      this.#tokens.drain(nowMs, tokensPerMinute) + held * UNITS_PER_ITEM;
  }

  /** Counts a call; its tokens are held under the minute of the last {@link refresh}. */
  take(tokens: number): void {
    this.#requests.add(1);
    this.requestUnits += UNITS_PER_ITEM;
    this.#heldTokens += tokens;
    this.tokenUnits += tokens * UNITS_PER_ITEM;
    this.parallel += 1;
  }

  /** A call has ended: what it used takes the place of what it held. After {@link refresh}. */
  end(call: { minute: number; heldTokens: number; usedTokens: number }): void {
    this.parallel -= 1;
    if (call.minute === this.#minute) {
      this.#heldTokens -= call.heldTokens;
    } else if (call.minute === this.#minute - 1) {
      this.#heldTokensBefore -= call.heldTokens;
    } else {
      // its hold is on the meter and drains: only what is missing can still be counted
      this.#tokens.add(Math.max(0, call.usedTokens - call.heldTokens));
      return;
    }
    this.#tokens.add(call.usedTokens);
  }

  /** Whether it says no more than a new one would; after {@link refresh}. */
  get isIdle(): boolean {
    return (
      this.parallel === 0 && this.requestUnits === 0 && this.tokenUnits === 0
    );
  }

  /** What was held goes on the meter when its time comes, not when someone looks: all replicas count alike. */
  #turnTo(minute: number): void {
    if (minute === this.#minute) return;
    this.#nextMinute();
    if (minute > this.#minute) this.#nextMinute();
    this.#minute = minute;
  }

  #nextMinute(): void {
    this.#minute += 1;
    if (this.#heldTokensBefore > 0) {
      this.#tokens.drain(this.#minute * MINUTE_MS, this.bounds.tokensPerMinute);
      this.#tokens.add(this.#heldTokensBefore);
    }
    this.#heldTokensBefore = this.#heldTokens;
    this.#heldTokens = 0;
  }
}

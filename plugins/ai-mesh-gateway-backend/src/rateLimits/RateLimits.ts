import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Logger } from '../Logger';
import { boundedTokens, boundsOf, isLimited } from './bounds';
import { Grant, LimitGrant } from './LimitGrant';
import { limitHeaders, Measured } from './limitHeaders';
import { LimitSubject } from './LimitSubject';
import { Refusal, refusalOf, toError } from './refusal';
import { SharedLink } from './SharedLink';
import { SharedAnswer, SharedSession, SharedStore } from './SharedStore';
import { Tallies } from './Tallies';
import { minuteOf, Tally } from './Tally';

/** A call that was let in, as it is remembered until it ends. */
interface Admitted {
  readonly subjects: readonly LimitSubject[];
  readonly tallies: readonly Tally[];
  readonly heldTokens: number;
  readonly minute: number;
  /** Where the shared store holds its tokens; absent when this replica let it in by itself. */
  readonly shared?: { session: SharedSession; minute: number };
}

/**
 * Requests and tokens per minute and parallel requests of keys, applications, departments and models.
 *
 * Without a shared store, and while it is away, a replica counts its share by itself: the limit divided by the
 * replicas that are alive. With one, all replicas count together and exactly. Every call is counted here, too, so
 * that a replica which loses the store goes on from what it has let in itself. Each such change may let through one
 * more minute's worth at most.
 */
export class RateLimits {
  readonly #tallies = new Tallies();
  readonly #link: SharedLink | undefined;
  readonly #clock: () => number;
  readonly #replicaCount: () => number;
  #clockMs = 0;
  #nowMs = 0;

  /**
   * @param options.shared - where all replicas count together; absent: each counts its share
   * @param options.replyTimeoutMs - what a slow or dead store costs a call, once. Default: 50
   * @param options.clock - in milliseconds
   * @param options.replicaCount - how many replicas are alive, this one among them
   */
  constructor(options: {
    shared?: SharedStore;
    replyTimeoutMs?: number;
    logger: Logger;
    clock: () => number;
    replicaCount: () => number;
  }) {
    this.#clock = options.clock;
    this.#replicaCount = options.replicaCount;
    if (options.shared) {
      this.#link = new SharedLink({
        store: options.shared,
        replyTimeoutMs: options.replyTimeoutMs,
        logger: options.logger,
        clock: () => this.#now(),
        running: () => this.#tallies.running(),
      });
    }
  }

  /** Where limits are counted; `fallback`: the shared store does not answer, so this replica's share holds. */
  get state(): 'memory' | 'shared' | 'fallback' {
    if (!this.#link) return 'memory';
    return this.#link.session ? 'shared' : 'fallback';
  }

  /** How many subjects are remembered. */
  get subjectCount(): number {
    return this.#tallies.size;
  }

  /** Seeks the shared store; calls are let in from the beginning. */
  start(): void {
    this.#link?.start();
  }

  /** After the last call has ended. */
  async close(): Promise<void> {
    await this.#link?.close();
  }

  /**
   * Counts a call on all its subjects or on none.
   *
   * @param subjects - each once; not to be changed afterwards
   * @param tokens - the most that the call can use, input and output
   * @returns undefined when no subject is limited; a promise only when the shared store is asked
   * @throws GatewayError `rate_limit_exceeded`, or rejects with it
   */
  admit(
    subjects: readonly LimitSubject[],
    tokens: number,
  ): LimitGrant | undefined | Promise<LimitGrant> {
    if (!subjects.some(hasLimits)) return undefined;
    const limited = subjects.filter(hasLimits);
    const heldTokens = boundedTokens(tokens);
    const link = this.#link;
    const session = link?.session;
    if (!link || !session) return this.#admitHere(limited, heldTokens);
    return link.wait(session, session.admit(limited, heldTokens)).then(
      answer => this.#admittedThere(limited, heldTokens, { session, answer }),
      () => this.#admitHere(limited, heldTokens), // the store is lost: this call waited, the next does not
    );
  }

  #admitHere(
    subjects: readonly LimitSubject[],
    heldTokens: number,
  ): LimitGrant {
    const tallies = this.#find(subjects);
    const measured = subjects.map((subject, index) => {
      const tally = tallies[index];
      return { subject, bounds: tally.bounds, standing: tally };
    });
    const refusal = lastingLongest(measured, heldTokens);
    if (refusal) throw toError(refusal, limitHeaders(measured));
    for (const tally of tallies) tally.take(heldTokens);
    return this.#grant(
      { subjects, tallies, heldTokens, minute: minuteOf(this.#nowMs) },
      limitHeaders(measured),
    );
  }

  #admittedThere(
    subjects: readonly LimitSubject[],
    heldTokens: number,
    from: { session: SharedSession; answer: SharedAnswer },
  ): LimitGrant {
    const { session, answer } = from;
    const measured = subjects.map((subject, index) => ({
      subject,
      bounds: boundsOf(subject.limits, 1),
      standing: answer.standings[index],
    }));
    const headers = limitHeaders(measured);
    if (!answer.granted) {
      const refusal = lastingLongest(measured, heldTokens);
      invariant(refusal !== undefined, 'the store refused a call that fits');
      throw toError(refusal, headers);
    }
    const tallies = this.#find(subjects);
    for (const tally of tallies) tally.take(heldTokens);
    const minute = minuteOf(this.#nowMs);
    const shared = { session, minute: answer.minute };
    return this.#grant(
      { subjects, tallies, heldTokens, minute, shared },
      headers,
    );
  }

  #grant(call: Admitted, headers: readonly string[]): LimitGrant {
    return new Grant(headers, used =>
      this.#end(call, used === undefined ? call.heldTokens : used),
    );
  }

  #end(call: Admitted, used: number): void {
    const { subjects, tallies, heldTokens, minute } = call;
    const usedTokens = boundedTokens(used);
    const nowMs = this.#now();
    for (const tally of tallies) {
      tally.refresh(nowMs);
      tally.end({ minute, heldTokens, usedTokens });
    }
    const link = this.#link;
    const session = link?.session;
    if (!link || !session) return;
    const end = endThere(call, session, usedTokens);
    link.wait(session, session.end(subjects, end)).catch(() => undefined);
  }

  #find(subjects: readonly LimitSubject[]): Tally[] {
    const nowMs = this.#now();
    const replicas = this.#replicaCount();
    this.#tallies.forgetIdle(nowMs);
    return subjects.map(subject =>
      this.#tallies.find(subject, boundsOf(subject.limits, replicas), nowMs),
    );
  }

  /** Time in whole milliseconds that never goes back: what the clock lost, it goes on without. */
  #now(): number {
    const clockMs = Math.floor(this.#clock());
    if (clockMs > this.#clockMs) this.#nowMs += clockMs - this.#clockMs;
    this.#clockMs = clockMs;
    return this.#nowMs;
  }
}

function hasLimits(subject: LimitSubject): boolean {
  return isLimited(subject.limits);
}

/** Who waits for the refusal that lasts longest has waited for all. */
function lastingLongest(
  measured: readonly Measured[],
  tokens: number,
): Refusal | undefined {
  let longest: Refusal | undefined;
  for (const each of measured) {
    const refusal = refusalOf(each, tokens);
    if (refusal && !(longest && longest.waitMs >= refusal.waitMs)) {
      longest = refusal;
    }
  }
  return longest;
}

/** What a session hears of a call's end, which may have begun in another or in none. */
function endThere(call: Admitted, session: SharedSession, usedTokens: number) {
  const { heldTokens, shared } = call;
  if (!shared) return { minute: undefined, heldTokens: 0, usedTokens };
  if (shared.session === session) {
    return { minute: shared.minute, heldTokens, usedTokens };
  }
  // with the end of that session its hold went on the meter: only what is missing is still to be counted
  const missing = Math.max(0, usedTokens - heldTokens);
  return { minute: undefined, heldTokens: 0, usedTokens: missing };
}

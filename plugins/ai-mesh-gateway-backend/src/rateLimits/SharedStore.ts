import { LimitSubject } from './LimitSubject';
import { RunningSubject } from './Tallies';
import { Standing } from './Tally';

/** What the store says to a call. */
export interface SharedAnswer {
  readonly granted: boolean;
  /** The store's minute, under which the tokens are held. */
  readonly minute: number;
  /** Of each subject, in order: with this call when it was let in. */
  readonly standings: readonly Standing[];
}

/** A call that has ended, for the store. */
export interface SharedEnd {
  /** The minute of its answer; undefined: nothing of it is held in this session. */
  readonly minute: number | undefined;
  readonly heldTokens: number;
  readonly usedTokens: number;
}

/** Where all replicas count together. */
export interface SharedStore {
  /** Connects. @param signal - gives up */
  open(signal: AbortSignal): Promise<SharedSession>;
}

/**
 * One connection to the store, and one life of this replica there: what it holds counts until it is closed or
 * has not been heard of for a while. Requests are carried out in order. A request that fails rejects, and the
 * session is then of no more use.
 */
export interface SharedSession {
  /** Calls the listener when the connection is lost. */
  onLost(listener: (error: Error) => void): void;
  /** Answers when the store does. */
  ping(): Promise<void>;
  /** Begins the life with the calls that run now, and ends that of the session before. */
  begin(running: Iterable<RunningSubject>): Promise<void>;
  /** Stays alive. */
  beat(): Promise<void>;
  /** Counts a call on all subjects or on none. */
  admit(
    subjects: readonly LimitSubject[],
    tokens: number,
  ): Promise<SharedAnswer>;
  end(subjects: readonly LimitSubject[], call: SharedEnd): Promise<void>;
  /** Ends the life and disconnects. */
  close(): Promise<void>;
  /** Disconnects at once; what has not been answered rejects. */
  destroy(): void;
}

import {
  SharedAnswer,
  SharedEnd,
  SharedSession,
  SharedStore,
} from '../SharedStore';
import { RunningSubject } from '../Tallies';

/** How the fake store does. `dead`: it cannot be reached; `silent`: it takes requests and answers none. */
type Health = 'well' | 'silent' | 'dead';

/** How the store of a session does just now. */
interface Condition {
  readonly health: Health;
  readonly delayMs: number;
}

/** A session that lets every call in, and keeps what it heard. */
export class FakeSession implements SharedSession {
  readonly begun: RunningSubject[][] = [];
  readonly ends: SharedEnd[] = [];
  admitCount = 0;
  isClosed = false;
  readonly #store: Condition;
  #onLost: ((error: Error) => void) | undefined;
  readonly #pending = new Set<(error: Error) => void>();

  constructor(store: Condition) {
    this.#store = store;
  }

  onLost(listener: (error: Error) => void): void {
    this.#onLost = listener;
  }

  /** The connection breaks. */
  break(): void {
    this.#onLost?.(new Error('ECONNRESET'));
  }

  ping(): Promise<void> {
    return this.#reply(undefined);
  }

  begin(running: Iterable<RunningSubject>): Promise<void> {
    this.begun.push([...running]);
    return this.#reply(undefined);
  }

  beat(): Promise<void> {
    return this.#reply(undefined);
  }

  admit(subjects: readonly unknown[]): Promise<SharedAnswer> {
    this.admitCount += 1;
    const standing = { requestUnits: 0, tokenUnits: 0, parallel: 0 };
    return this.#reply({
      granted: true,
      minute: 7,
      standings: subjects.map(() => standing),
    });
  }

  end(_subjects: readonly unknown[], call: SharedEnd): Promise<void> {
    this.ends.push(call);
    return this.#reply(undefined);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return this.#reply(undefined);
  }

  destroy(): void {
    for (const reject of this.#pending) reject(new Error('disconnected'));
    this.#pending.clear();
  }

  #reply<T>(value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      if (this.#store.health !== 'well') return;
      setTimeout(() => {
        this.#pending.delete(reject);
        resolve(value);
      }, this.#store.delayMs);
    });
  }
}

/** A store whose health a test sets. It keeps its sessions. */
export class FakeStore implements SharedStore {
  health: Health = 'well';
  /** How long a reply takes. */
  delayMs = 0;
  openCount = 0;
  readonly sessions: FakeSession[] = [];

  async open(): Promise<SharedSession> {
    this.openCount += 1;
    if (this.health === 'dead') throw new Error('ECONNREFUSED');
    const session = new FakeSession(this);
    this.sessions.push(session);
    return session;
  }

  get last(): FakeSession {
    const last = this.sessions.at(-1);
    if (!last) throw new Error('There was no session');
    return last;
  }
}

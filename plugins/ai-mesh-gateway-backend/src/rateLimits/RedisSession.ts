import { boundsOf } from './bounds';
import { LimitSubject } from './LimitSubject';
import { SharedAnswer, SharedEnd, SharedSession } from './SharedStore';
import { RunningSubject } from './Tallies';
import { Standing } from './Tally';

/** Subjects that one step of {@link RedisSession.begin} takes: the store is never busy for long. */
const SUBJECTS_PER_STEP = 500;

/** The part of a Redis client that a session needs. */
interface Client {
  sendCommand<T>(args: readonly string[]): Promise<T>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly isOpen: boolean;
  destroy(): void;
}

type ScriptName = 'begin' | 'beat' | 'admit' | 'end' | 'leave';

/** A life of this replica in Redis, over one connection. */
export class RedisSession implements SharedSession {
  readonly #client: Client;
  readonly #scripts: Record<ScriptName, string>;
  readonly #keyPrefix: string;
  readonly #life: string;
  readonly #lifeBefore: string;
  readonly #clock: (() => number) | undefined;
  readonly #lifeMs: string;

  /**
   * @param options.scripts - the digests under which the server has them
   * @param options.life - names this life; a new one for each session
   */
  constructor(options: {
    client: Client;
    scripts: Record<ScriptName, string>;
    keyPrefix: string;
    life: string;
    lifeBefore: string;
    clock: (() => number) | undefined;
    /** How long it is believed to go on when it is not heard of. */
    lifeMs: number;
  }) {
    this.#client = options.client;
    this.#scripts = options.scripts;
    this.#keyPrefix = options.keyPrefix;
    this.#life = options.life;
    this.#lifeBefore = options.lifeBefore;
    this.#clock = options.clock;
    this.#lifeMs = `${options.lifeMs}`;
  }

  onLost(listener: (error: Error) => void): void {
    this.#client.on('error', listener);
  }

  async ping(): Promise<void> {
    await this.#client.sendCommand(['PING']);
  }

  async begin(running: Iterable<RunningSubject>): Promise<void> {
    const all = [...running];
    const steps: Promise<unknown>[] = [];
    // all are sent before anything else is, and the server keeps the order
    for (let from = 0; from === 0 || from < all.length; ) {
      const some = all.slice(from, from + SUBJECTS_PER_STEP);
      const counts = some.map(each => `${each.parallel}`);
      const args = [this.#lifeMs, this.#lifeBefore, ...counts];
      steps.push(this.#run('begin', some, args));
      from += SUBJECTS_PER_STEP;
    }
    await Promise.all(steps);
  }

  async beat(): Promise<void> {
    await this.#run('beat', [], [this.#lifeMs]);
  }

  async admit(
    subjects: readonly LimitSubject[],
    tokens: number,
  ): Promise<SharedAnswer> {
    const args = [`${tokens}`];
    for (const { limits } of subjects) {
      const bounds = boundsOf(limits, 1);
      args.push(
        `${bounds.requestsPerMinute}`,
        `${bounds.tokensPerMinute}`,
        `${bounds.parallelRequests}`,
      );
    }
    return toAnswer(await this.#run('admit', subjects, args), subjects.length);
  }

  async end(subjects: readonly LimitSubject[], call: SharedEnd): Promise<void> {
    const args = [
      `${call.minute ?? -1}`,
      `${call.heldTokens}`,
      `${call.usedTokens}`,
    ];
    for (const { limits } of subjects) {
      const bounds = boundsOf(limits, 1);
      args.push(`${bounds.requestsPerMinute}`, `${bounds.tokensPerMinute}`);
    }
    await this.#run('end', subjects, args);
  }

  async close(): Promise<void> {
    await this.#run('leave', [], []);
  }

  destroy(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  #run(
    script: ScriptName,
    subjects: readonly Pick<LimitSubject, 'kind' | 'id'>[],
    args: readonly string[],
  ): Promise<unknown> {
    const command = [
      'EVALSHA',
      this.#scripts[script],
      `${subjects.length + 1}`,
      `${this.#keyPrefix}lives`,
    ];
    for (const { kind, id } of subjects) {
      command.push(`${this.#keyPrefix}${kind}:${id}`);
    }
    const nowMs = this.#clock ? Math.floor(this.#clock()) : 0; // 0: the server's own
    command.push(`${nowMs}`, this.#life, ...args);
    return this.#client.sendCommand(command);
  }
}

function toAnswer(reply: unknown, subjectCount: number): SharedAnswer {
  if (!isNumbers(reply) || reply.length !== 2 + 3 * subjectCount) {
    throw new Error('The answer of the shared store is not what was asked for');
  }
  const standings: Standing[] = [];
  for (let from = 2; from < reply.length; from += 3) {
    standings.push({
      requestUnits: reply[from],
      tokenUnits: reply[from + 1],
      parallel: reply[from + 2],
    });
  }
  return { granted: reply[0] === 1, minute: reply[1], standings };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(each => typeof each === 'number');
}

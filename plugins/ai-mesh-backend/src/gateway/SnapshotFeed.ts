import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SnapshotInput } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeSignal } from '../changes/ChangeSignal';

/** How long a change made by another replica of the portal stays unseen. */
const RECHECK_MS = 1000;

type SnapshotContent = Omit<SnapshotInput, 'version' | 'generatedAt'>;

/**
 * Hands the newest snapshot to any number of waiting gateways. However many wait, a snapshot is built once
 * for a change and once a second, never once for each of them.
 */
export class SnapshotFeed {
  readonly #build: () => Promise<SnapshotContent>;
  readonly #changes: ChangeSignal;
  readonly #now: () => Date;
  #running?: Promise<SnapshotInput>;
  #queued?: Promise<SnapshotInput>;
  #round?: Promise<SnapshotInput>;
  #woken?: Promise<void>;

  constructor(options: {
    build: () => Promise<SnapshotContent>;
    changes: ChangeSignal;
    now: () => Date;
  }) {
    this.#build = options.build;
    this.#changes = options.changes;
    this.#now = options.now;
  }

  /** A snapshot that was begun after this call, so that it holds every change made before. */
  latest(): Promise<SnapshotInput> {
    if (!this.#running) return this.#start();
    // the running one may have read before the caller's change: everyone who asks now shares the next one
    this.#queued ??= this.#running
      .catch(() => undefined) // its own callers are told; the next one may succeed
      .then(() => {
        this.#queued = undefined;
        return this.#start();
      });
    return this.#queued;
  }

  /**
   * Waits until the version is another than `since`.
   *
   * @returns undefined when it is still the same after `waitMs`, or the caller is gone
   */
  async newerThan(
    since: string | undefined,
    options: { waitMs: number; signal: AbortSignal },
  ): Promise<SnapshotInput | undefined> {
    const ended = new AbortController();
    const signal = AbortSignal.any([options.signal, ended.signal]);
    const timeUp = delay(options.waitMs, undefined, { signal }).catch(
      () => undefined, // aborted: the caller is gone, or has its answer
    );
    try {
      let snapshot: SnapshotInput | undefined = await this.latest();
      while (snapshot?.version === since) {
        snapshot = await Promise.race([this.#nextRound(), timeUp]);
      }
      return snapshot;
    } finally {
      ended.abort();
    }
  }

  /** One round for all who wait: a change or a second, then one build. */
  #nextRound(): Promise<SnapshotInput> {
    this.#round ??= this.#runRound().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #runRound(): Promise<SnapshotInput> {
    await (this.#woken ?? this.#nextChange());
    this.#woken = this.#nextChange(); // before the build: a change during it must start another round
    return this.latest();
  }

  #nextChange(): Promise<void> {
    return this.#changes.wait({ timeoutMs: RECHECK_MS });
  }

  #start(): Promise<SnapshotInput> {
    this.#running = this.#buildSnapshot().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #buildSnapshot(): Promise<SnapshotInput> {
    const generatedAt = this.#now().toISOString();
    const content = await this.#build();
    const version = createHash('sha256')
      .update(JSON.stringify(content))
      .digest('base64url');
    return { version, generatedAt, ...content };
  }
}

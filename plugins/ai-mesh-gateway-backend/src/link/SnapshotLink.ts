import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, Logger } from '../Logger';
import { SnapshotFile } from '../snapshot/SnapshotFile';
import { SnapshotHolder } from '../snapshot/SnapshotHolder';
import { ControlPlane } from './ControlPlane';

const WAIT_MS = 25_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** Keeps the snapshot as fresh as the control plane's, by long poll. */
export class SnapshotLink {
  readonly #controlPlane: ControlPlane;
  readonly #holder: SnapshotHolder;
  readonly #file: SnapshotFile;
  readonly #logger: Logger;
  readonly #quietUntilMs: number;
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: {
    controlPlane: ControlPlane;
    holder: SnapshotHolder;
    file: SnapshotFile;
    logger: Logger;
    /** Until then a control plane that does not answer is no news: it may be starting, too. */
    quietUntilMs: number;
  }) {
    this.#controlPlane = options.controlPlane;
    this.#holder = options.holder;
    this.#file = options.file;
    this.#logger = options.logger;
    this.#quietUntilMs = options.quietUntilMs;
  }

  /** Puts the snapshot of the former life in force, and begins to poll. */
  start(): void {
    const saved = this.#file.load();
    if (saved) this.#holder.replace(saved);
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#poll(signal);
        if (failures > 0) this.#logger.info('The control plane is back');
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#report(error, failures);
        failures += 1;
        const pauseMs = FIRST_PAUSE_MS * 2 ** Math.min(failures, 8);
        await sleep(Math.min(LONGEST_PAUSE_MS, pauseMs), undefined, {
          signal,
        }).catch(() => {});
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const snapshot = await this.#controlPlane.getSnapshot({
      since: this.#holder.current?.version,
      waitMs: this.#holder.current ? WAIT_MS : 0,
      signal,
    });
    if (!snapshot) return;
    this.#holder.replace(snapshot);
    await this.#file.save(snapshot);
  }

  /** Once when it begins; the way back is told, too. */
  #report(error: unknown, failures: number): void {
    const message = `The control plane gives no snapshot, the last one stays in force: ${describeError(
      error,
    )}`;
    const isNews = failures % 20 === 0 || failures === 4;
    if (isNews && Date.now() >= this.#quietUntilMs) this.#logger.warn(message);
    else this.#logger.debug(message);
  }
}

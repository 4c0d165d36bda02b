import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerRole } from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { MetricsExchange } from './MetricsExchange';
import { Slots } from './Slots';
import { Worker } from './Worker';

/** A process that lived shorter than this is not restarted at once: what ended it may do so again. */
const SHORT_LIFE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** When a process that ended without being asked gets a successor in its folder. */
type Revival = 'always' | 'once-it-served' | 'never';

/** One line of text for the operator. */
export type Report = (line: string) => void;

/**
 * Keeps the processes of one gateway running.
 *
 * - `starting` → `running` when the first process serves; a gateway that never served ends with an error
 * - `running`: a process that dies is replaced in the same folder; {@link Supervisor.restart} replaces all, one
 *   by one, each when its successor serves
 * - `stopping`: all drain; nothing is replaced any more
 */
export class Supervisor {
  readonly #processes: number;
  readonly #slots: Slots;
  readonly #report: Report;
  readonly #workers = new Set<Worker>();
  readonly #metrics = new MetricsExchange(() => this.#workers);
  /** Slots whose processes have a successor elsewhere. */
  readonly #retired = new Set<number>();
  readonly #stop = new AbortController();
  #restarting: Promise<void> | undefined;
  #delivering: Promise<void> | undefined;
  #shortLives = 0;

  constructor(options: { processes: number; slots: Slots; report: Report }) {
    this.#processes = options.processes;
    this.#slots = options.slots;
    this.#report = options.report;
  }

  /**
   * Starts all processes: the first alone, so that what they share, such as tables, is made once. The first also
   * answers while there are no keys and models yet; the others join it when they can serve.
   *
   * @throws Error when the first one ends before it serves
   */
  async start(): Promise<void> {
    const first = this.#open('serve', 'once-it-served');
    if (!(await first.serving)) {
      const { how } = await first.ended;
      if (this.#isStopping) return;
      throw new Error(`The gateway did not start (${how})`);
    }
    if (this.#isStopping) return;
    const others = Array.from({ length: this.#processes - 1 }, () =>
      this.#open('relieve', 'always'),
    );
    await Promise.all(others.map(each => each.serving));
    this.#deliverAbandoned();
  }

  /** Replaces every process, one after another, without a call that fails. Does nothing while it is at it. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restartAll().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Lets all calls end, delivers, and resolves when every process is gone. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const workers = [...this.#workers];
    for (const worker of workers) worker.stop();
    await Promise.all(workers.map(each => each.ended));
  }

  get #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #restartAll(): Promise<void> {
    const old = [...this.#workers].filter(
      each => each.place.role !== 'deliver',
    );
    this.#report(`Restarting ${old.length} processes, one by one`);
    for (const worker of old) {
      if (this.#isStopping) return;
      if (!this.#workers.has(worker)) continue; // it died, and is replaced as it is
      const successor = this.#open('relieve', 'once-it-served');
      if (!(await successor.serving)) {
        // whatever is wrong with the new ones, the old ones still serve
        this.#report('The restart was given up: the processes that run stay');
        return;
      }
      await this.#retire(worker.place.slot);
    }
    this.#report('All processes were restarted');
    this.#deliverAbandoned();
  }

  /** Ends the process of a slot; the one that was there, or one that has replaced it after a crash. */
  async #retire(slot: number): Promise<void> {
    this.#retired.add(slot);
    const worker = [...this.#workers].find(each => each.place.slot === slot);
    worker?.stop();
    await worker?.ended;
  }

  #open(role: WorkerRole, revive: Revival): Worker {
    return this.#occupy(this.#slots.take(), role, revive);
  }

  /** Runs a process in a slot, and its successors there, until one is asked to end. */
  #occupy(slot: number, role: WorkerRole, revive: Revival): Worker {
    const first = this.#fork(slot, role);
    this.#keep(first, revive).catch(error =>
      this.#report(`Process ${slot} is given up: ${error}`),
    );
    return first;
  }

  async #keep(first: Worker, revive: Revival): Promise<void> {
    const { slot } = first.place;
    let worker = first;
    let isRevived = revive === 'always';
    let isEmpty = false;
    try {
      for (;;) {
        const served = await worker.serving;
        const end = await worker.ended;
        isEmpty = end.leftNothing;
        isRevived ||= served && revive === 'once-it-served';
        if (!isRevived || end.wasAsked || this.#isStopping) return;
        const lifeMs = Date.now() - worker.startedAtMs;
        this.#shortLives = lifeMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
        if (!(await this.#pause()) || this.#retired.has(slot)) return;
        // in the same folder, so that what its journal holds is delivered
        const isAlone = this.#workers.size === 0;
        worker = this.#fork(slot, isAlone ? 'serve' : 'relieve');
      }
    } finally {
      // at once, so that whoever waited for the end of the process finds its folder free
      this.#slots.free(slot, { isEmpty });
      this.#retired.delete(slot);
    }
  }

  #fork(slot: number, role: WorkerRole): Worker {
    const worker = new Worker({
      place: { slot, role },
      folder: this.#slots.folderOf(slot),
      onMessage: (message, from) => this.#metrics.onMessage(message, from),
    });
    const name = `Process ${slot} (pid ${worker.pid}, to ${role})`;
    this.#workers.add(worker);
    worker.serving
      .then(serves => serves && this.#report(`${name} is ready`))
      .then(() => worker.ended)
      .then(({ how }) => this.#report(`${name} ended with ${how}`));
    worker.ended.then(() => this.#workers.delete(worker));
    return worker;
  }

  /** After a short life, longer each time. @returns false when the gateway stops meanwhile */
  async #pause(): Promise<boolean> {
    if (this.#shortLives <= 1) return !this.#isStopping;
    const pauseMs = Math.min(
      LONGEST_PAUSE_MS,
      FIRST_PAUSE_MS * 2 ** Math.min(this.#shortLives - 2, 10),
    );
    const { signal } = this.#stop;
    return sleep(pauseMs, true, { signal }).catch(() => false);
  }

  /** One folder after another: a process comes back to it, delivers, and ends. */
  #deliverAbandoned(): void {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
  }

  async #deliverAll(): Promise<void> {
    for (;;) {
      const slot = this.#slots.takeAbandoned();
      if (slot === undefined) return;
      const folder = this.#slots.folderOf(slot);
      this.#report(`Delivering what may be left in ${folder}`);
      const { ended } = this.#occupy(slot, 'deliver', 'never');
      const { leftNothing } = await ended;
      this.#shortLives = leftNothing ? 0 : this.#shortLives + 1;
      if (!(await this.#pause())) return;
    }
  }
}

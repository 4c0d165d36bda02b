import { Bar } from './bars';
import { Cleanup } from './Cleanup';
import { giveFirstCore, keepOffFirstCore } from './scheduling';
import { Subject } from './Subject';
import { Governed, startGoverned } from './subjects/startGoverned';
import { startNodeProxy } from './subjects/startNodeProxy';
import { startUpstream } from './subjects/startUpstream';

/** What all benchmarks of the gateway stand on: an upstream, the bare proxy to compare with, and the gateway. */
export class Bed {
  readonly upstreamUrl: string;
  readonly nodeProxy: Subject;
  readonly governed: Governed;
  readonly #cleanup: Cleanup;
  #isPinned = true;
  #calls = 0;
  #booked = 0;

  /** @param options.paceMs - between two events of the upstream's streams; 0: as fast as it goes */
  static async start(
    cleanup: Cleanup,
    options: { paceMs?: number } = {},
  ): Promise<Bed> {
    const upstream = await startUpstream(options.paceMs);
    cleanup.add(() => upstream.stop());
    const { url } = upstream.ready;
    const nodeProxy = await startNodeProxy(url);
    cleanup.add(() => nodeProxy.stop());
    const governed = await startGoverned(url);
    cleanup.add(() => governed.stop());
    const bed = new Bed({ url, nodeProxy, governed, cleanup });
    if (upstream.pid !== undefined) keepOffFirstCore(upstream.pid);
    return bed;
  }

  private constructor(parts: {
    url: string;
    nodeProxy: Subject;
    governed: Governed;
    cleanup: Cleanup;
  }) {
    this.upstreamUrl = parts.url;
    this.nodeProxy = parts.nodeProxy;
    this.governed = parts.governed;
    this.#cleanup = parts.cleanup;
    this.#pin(this.nodeProxy);
    this.#pin(this.governed);
    if (!this.governed.hasLimits) {
      process.stderr.write('\n*** governed runs WITHOUT rate limits ***\n\n');
    }
  }

  /** Whether every measured process has the first core. */
  get isPinned(): boolean {
    return this.#isPinned;
  }

  /** Adds another subject; one that is not to be had here is left out, loudly. */
  async add(
    name: string,
    start: (upstreamUrl: string) => Promise<Subject | string>,
  ): Promise<Subject[]> {
    const subject = await start(this.upstreamUrl);
    if (typeof subject === 'string') {
      process.stderr.write(`\n*** ${name} is SKIPPED: ${subject} ***\n\n`);
      return [];
    }
    this.#cleanup.add(() => subject.stop());
    this.#pin(subject);
    return [subject];
  }

  /** Waits until these calls, and all before them, are in the ledger. */
  async untilBooked(calls: number): Promise<void> {
    this.#calls += calls;
    this.#booked = await this.governed.untilBooked(this.#calls);
  }

  /** That the speed is of calls that were paid for. */
  bookedBar(): Bar {
    return {
      name: `share of the ${this.#calls} governed calls that are in the ledger`,
      value: this.#booked / this.#calls,
      limit: { atLeast: 1 },
    };
  }

  #pin(subject: Subject): void {
    for (const pid of subject.pids) {
      if (!giveFirstCore(pid)) this.#isPinned = false;
    }
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const EVERY_MS = 1000;

/** Watches how much memory processes have, from its construction until {@link ResidentMemory.stop}. */
export class ResidentMemory {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: readonly number[]) {
    const sample = () =>
      residentBytes(pids).then(
        bytes => this.#samples.push(bytes),
        () => {}, // a sample less
      );
    this.#timer = setInterval(sample, EVERY_MS);
  }

  /** @returns the means over two thirds of the time, in bytes; NaN when it was too short to tell */
  stop(): { secondThird: number; lastThird: number } {
    clearInterval(this.#timer);
    const third = Math.floor(this.#samples.length / 3);
    const samples = this.#samples.slice(-2 * third);
    return {
      secondThird: mean(samples.slice(0, third)),
      lastThird: mean(samples.slice(third)),
    };
  }
}

/** As the system sees it; all processes together. */
async function residentBytes(pids: readonly number[]): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', [
    ...['-o', 'rss=', '-p', pids.join(',')],
  ]);
  const kilobytes = stdout.trim().split(/\s+/).map(Number);
  return 1024 * kilobytes.reduce((sum, each) => sum + each, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

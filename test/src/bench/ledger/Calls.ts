import { createRandom } from '@sovereign-ai-mesh/model-simulator';
import { UsageRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { usage } from './company';

/** A delivery of a busy gateway; it may be of 2,000. */
const RECORDS_A_BATCH = 1000;
const HOUR_MS = 3_600_000;

/** Calls that nobody has booked yet, the same in each run of the benchmark. */
export class Calls {
  #made = 0;
  readonly #random = createRandom(1);

  take(): UsageRecord[] {
    const records = usage({
      count: RECORDS_A_BATCH,
      from: this.#made,
      until: Date.now(),
      spreadMs: HOUR_MS,
      random: this.#random,
    });
    this.#made += records.length;
    return records;
  }
}

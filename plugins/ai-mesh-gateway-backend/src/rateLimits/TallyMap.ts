import { Bounds } from './bounds';
import { Tally } from './Tally';

/** How many old tallies are looked at for each new one: more than one, so that idle ones never pile up. */
const SWEPT_PER_NEW = 2;

/** The tallies of the subjects of one kind, by id. */
export class TallyMap {
  readonly #tallies = new Map<string, Tally>();
  #sweep = this.#tallies.entries();
  #toSweep = 0;

  get size(): number {
    return this.#tallies.size;
  }

  entries(): Iterable<[string, Tally]> {
    return this.#tallies.entries();
  }

  find(id: string, bounds: Bounds, nowMs: number): Tally {
    let tally = this.#tallies.get(id);
    if (tally) {
      tally.bounds = bounds;
    } else {
      this.#toSweep += SWEPT_PER_NEW;
      tally = new Tally(bounds);
      this.#tallies.set(id, tally);
    }
    tally.refresh(nowMs);
    return tally;
  }

  forgetIdle(nowMs: number): void {
    for (; this.#toSweep > 0; this.#toSweep--) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = this.#tallies.entries();
        continue;
      }
      const [id, tally] = next.value;
      tally.refresh(nowMs);
      if (tally.isIdle) this.#tallies.delete(id);
    }
  }
}

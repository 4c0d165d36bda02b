import { Bounds } from './bounds';
import { LimitSubject } from './LimitSubject';
import { Tally } from './Tally';
import { TallyMap } from './TallyMap';

const KINDS = ['key', 'application', 'department', 'model'] as const;

/** The tallies of all subjects. Those that say nothing any more are forgotten as new ones come. */
export class Tallies {
  // a map a kind, so that a look-up makes no string
  readonly #byKind: Record<LimitSubject['kind'], TallyMap> = {
    key: new TallyMap(),
    application: new TallyMap(),
    department: new TallyMap(),
    model: new TallyMap(),
  };

  /** Before a call's tallies are found: one that is found but not counted on yet would look idle. */
  forgetIdle(nowMs: number): void {
    for (const kind of KINDS) this.#byKind[kind].forgetIdle(nowMs);
  }

  /** The tally of a subject, brought to the present. */
  find(subject: LimitSubject, bounds: Bounds, nowMs: number): Tally {
    return this.#byKind[subject.kind].find(subject.id, bounds, nowMs);
  }

  get size(): number {
    let size = 0;
    for (const each of Object.values(this.#byKind)) size += each.size;
    return size;
  }

  /** The subjects that have calls running. */
  *running(): Generator<RunningSubject> {
    for (const kind of KINDS) {
      for (const [id, { parallel }] of this.#byKind[kind].entries()) {
        if (parallel > 0) yield { kind, id, parallel };
      }
    }
  }
}

/** How many calls of a subject run here. */
export interface RunningSubject {
  readonly kind: LimitSubject['kind'];
  readonly id: string;
  readonly parallel: number;
}

/** Where a line of usages stands. */
export interface SettledLine {
  /** Number of the segment. */
  readonly segment: number;
  /** Its bytes there. */
  readonly from: number;
  readonly to: number;
  /** Number of its first usage; the others follow it. */
  readonly first: number;
  readonly count: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

/** Lines of one segment whose usages follow each other; other lines may stand between them. */
export interface Stretch {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
  /** Number of the first usage that the control plane does not have. */
  readonly first: number;
  readonly last: number;
  /** When its first line was written. */
  readonly at: number;
}

/** What is delivered at once, unless one line has more: some thousand usages. */
const STRETCH_BYTES = 512 * 1024;

/**
 * Where the usage stands that the control plane does not have, in the order in which it was settled. The usage itself
 * stays in the files: an outage of hours costs disk, not memory.
 */
export class Undelivered {
  #stretches: Array<{ -readonly [Name in keyof Stretch]: Stretch[Name] }> = [];
  #canGrow = false;
  #size = 0;
  #nextNumber = 1;
  #acknowledgedThrough = 0;

  /** How many usages. */
  get size(): number {
    return this.#size;
  }

  /** The number of the usage that comes next; numbers grow for as long as the journal lives. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** The control plane has every usage up to this number. */
  get acknowledgedThrough(): number {
    return this.#acknowledgedThrough;
  }

  /** Whether there is more than can be delivered at once. */
  get isBacklog(): boolean {
    return this.#stretches.length > 1;
  }

  get oldest(): Stretch | undefined {
    return this.#stretches[0];
  }

  /** The oldest, which does not grow any more: it can be delivered. */
  takeOldest(): Stretch | undefined {
    if (this.#stretches.length === 1) this.#canGrow = false;
    return this.oldest;
  }

  /** @param line - its first number at least {@link Undelivered.nextNumber}; above it where lines were lost */
  add(line: SettledLine): void {
    const { first, count, to } = line;
    this.#nextNumber = first + count;
    if (count === 0) return;
    this.#size += count;
    const last = first + count - 1;
    const growing = this.#canGrow ? this.#stretches.at(-1) : undefined;
    if (
      growing?.segment === line.segment &&
      growing.last + 1 === first &&
      to - growing.from <= STRETCH_BYTES
    ) {
      growing.to = to;
      growing.last = last;
      return;
    }
    const { segment, from, at } = line;
    this.#stretches.push({ segment, from, to, first, last, at });
    this.#canGrow = true;
  }

  /** Forgets what the control plane has: every usage up to a number. */
  removeThrough(number: number): void {
    this.#acknowledgedThrough = Math.max(this.#acknowledgedThrough, number);
    for (
      let oldest = this.#stretches[0];
      oldest !== undefined && oldest.first <= number;
      oldest = this.#stretches[0]
    ) {
      const through = Math.min(oldest.last, number);
      this.#size -= through - oldest.first + 1;
      oldest.first = through + 1;
      if (through < oldest.last) return;
      this.#stretches.shift();
    }
  }
}

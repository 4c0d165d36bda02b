/** Up to this many names of an object are compared one by one; beyond, in a set. */
const FEW = 16;

/**
 * The names of the members of all objects that are open during a scan, to tell a name that comes twice.
 *
 * Names are kept as positions in the bytes: no string is made for an object of few members. An object of many
 * members, or with an escape in a name, gets a set of strings. A set of our own hashes would be cheaper, and anybody
 * could fill it with names that collide; V8 seeds its hashes.
 */
export class MemberNames {
  readonly #signatures: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** By nesting of objects: how many names there are below the object's own. */
  readonly #bases: number[] = [];
  readonly #sets: Array<Set<string> | undefined> = [];
  #open = 0;
  #count = 0;

  /** Forgets all objects. */
  clear(): void {
    this.#sets.length = 0; // the only part that holds on to memory
    this.#open = 0;
    this.#count = 0;
  }

  openObject(): void {
    this.#bases[this.#open] = this.#count;
    this.#sets[this.#open] = undefined;
    this.#open += 1;
  }

  closeObject(): void {
    this.#open -= 1;
    this.#count = this.#bases[this.#open];
    this.#sets[this.#open] = undefined;
  }

  /**
   * Adds a name to the innermost open object.
   *
   * @param start - first byte after the opening quote
   * @param end - the closing quote
   * @param escaped - the name as a parser reads it, when the bytes hold an escape
   * @returns whether the object has that name already
   */
  isRepeated(
    json: Buffer,
    start: number,
    end: number,
    escaped: string | undefined,
  ): boolean {
    const set = this.#sets[this.#open - 1];
    const base = this.#bases[this.#open - 1];
    if (set || escaped !== undefined || this.#count - base === FEW) {
      const names = set ?? this.#makeSet(json, base);
      const sizeBefore = names.size;
      names.add(escaped ?? json.toString('utf8', start, end));
      return names.size === sizeBefore;
    }
    const signature = signatureOf(json, start, end);
    for (let at = base; at < this.#count; at++) {
      if (this.#signatures[at] !== signature) continue;
      if (areEqual(json, this.#starts[at], this.#ends[at], start, end))
        return true;
    }
    this.#signatures[this.#count] = signature;
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count += 1;
    return false;
  }

  #makeSet(json: Buffer, base: number): Set<string> {
    const set = new Set<string>();
    for (let at = base; at < this.#count; at++) {
      set.add(json.toString('utf8', this.#starts[at], this.#ends[at]));
    }
    this.#sets[this.#open - 1] = set;
    return set;
  }
}

/** Tells most names apart by three bytes and the length: equal for equal names. */
export function signatureOf(json: Buffer, start: number, end: number): number {
  if (start === end) return 0;
  const ends = (json[start] << 16) | (json[end - 1] << 8);
  return ends | json[(start + end) >> 1] | ((end - start) << 24);
}

function areEqual(
  json: Buffer,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): boolean {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return false;
  for (let offset = 0; offset < length; offset++) {
    if (json[aStart + offset] !== json[bStart + offset]) return false;
  }
  return true;
}

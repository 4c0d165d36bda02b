/** A member of the outermost object, in canonical form. */
export interface CanonicalMember {
  readonly name: string;
  /** Its value, as text. */
  readonly value: Buffer;
  /** Name and value, as they are hashed. */
  readonly bytes: Buffer;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** Where a member stands in the output, with the comma behind it. */
interface Span {
  readonly start: number;
  readonly nameEnd: number;
  readonly end: number;
}

class Canonicaliser {
  readonly #json: Buffer;
  readonly #out: Buffer;
  #at = 0;
  #length = 0;

  constructor(json: Buffer) {
    this.#json = json;
    this.#out = Buffer.allocUnsafe(json.length); // never longer than it was
  }

  outermost(): CanonicalMember[] {
    this.#skipSpace();
    return this.#object().map(({ start, nameEnd, end }) => ({
      name: readName(this.#out.toString('utf8', start, nameEnd)),
      value: this.#out.subarray(nameEnd + 1, end - 1),
      bytes: this.#out.subarray(start, end - 1),
    }));
  }

  #value(): void {
    switch (this.#json[this.#at]) {
      case OPEN_OBJECT:
        this.#object();
        break;
      case OPEN_ARRAY:
        this.#array();
        break;
      case QUOTE:
        this.#string();
        break;
      default:
        this.#scalar();
    }
    this.#skipSpace();
  }

  #object(): Span[] {
    this.#move(); // the brace
    const spans: Span[] = [];
    while (this.#json[this.#at] !== CLOSE_OBJECT) {
      const start = this.#length;
      this.#string();
      const nameEnd = this.#length;
      this.#skipSpace();
      this.#move(); // the colon
      this.#value();
      this.#write(COMMA);
      spans.push({ start, nameEnd, end: this.#length });
      if (this.#json[this.#at] === COMMA) this.#pass();
    }
    const sorted = this.#sort(spans);
    this.#close(CLOSE_OBJECT);
    return sorted;
  }

  #array(): void {
    this.#move(); // the bracket
    while (this.#json[this.#at] !== CLOSE_ARRAY) {
      this.#value();
      this.#write(COMMA);
      if (this.#json[this.#at] === COMMA) this.#pass();
    }
    this.#close(CLOSE_ARRAY);
  }

  /** Copies a string as it is. */
  #string(): void {
    let end = this.#at + 1;
    while (this.#json[end] !== QUOTE) {
      end += this.#json[end] === BACKSLASH ? 2 : 1;
    }
    this.#copy(end + 1);
  }

  /** Copies a number, true, false or null as it is. */
  #scalar(): void {
    let end = this.#at;
    while (end < this.#json.length && !endsScalar(this.#json[end])) end++;
    this.#copy(end);
  }

  /** @returns the spans in their new places */
  #sort(spans: readonly Span[]): Span[] {
    const out = this.#out;
    const sorted = [...spans].sort((one, other) =>
      out.compare(out, other.start, other.nameEnd, one.start, one.nameEnd),
    );
    if (sorted.every((span, index) => span === spans[index])) return sorted;
    const first = spans[0]?.start ?? 0;
    const before = Buffer.from(out.subarray(first, this.#length));
    this.#length = first;
    return sorted.map(({ start, nameEnd, end }) => {
      const moved = this.#length;
      this.#length += before.copy(out, moved, start - first, end - first);
      const nameLength = nameEnd - start;
      return { start: moved, nameEnd: moved + nameLength, end: this.#length };
    });
  }

  /** In place of the last comma, if there is one. */
  #close(bracket: number): void {
    if (this.#out[this.#length - 1] === COMMA) this.#length -= 1;
    this.#write(bracket);
    this.#pass();
  }

  #move(): void {
    this.#write(this.#json[this.#at]);
    this.#pass();
  }

  #pass(): void {
    this.#at += 1;
    this.#skipSpace();
  }

  #skipSpace(): void {
    while (this.#json[this.#at] <= SPACE) this.#at += 1;
  }

  #copy(end: number): void {
    this.#length += this.#json.copy(this.#out, this.#length, this.#at, end);
    this.#at = end;
  }

  #write(byte: number): void {
    this.#out[this.#length] = byte;
    this.#length += 1;
  }
}

function endsScalar(byte: number): boolean {
  return (
    byte === COMMA ||
    byte === CLOSE_ARRAY ||
    byte === CLOSE_OBJECT ||
    byte <= SPACE ||
    byte === COLON
  );
}

/** An escaped name is rare, but `"\u006dodel"` is `model`, too. */
function readName(quoted: string): string {
  return quoted.includes('\\')
    ? String(JSON.parse(quoted))
    : quoted.slice(1, -1);
}

/**
 * The members of a JSON object in canonical form: without white space, and the members of every object sorted by
 * the bytes of their names. Numbers and strings stay as they were written: `1.0` is not made `1`, and no digit of a
 * large number is lost. So two bodies of one form mean the same; two that mean the same may differ in form.
 *
 * One pass; what is sorted is copied once more for each level that it is in.
 *
 * @param json - bytes that `JSON.parse` has accepted as an object, of a depth that was bounded before
 */
export function canonicalMembers(json: Buffer): CanonicalMember[] {
  return new Canonicaliser(json).outermost();
}

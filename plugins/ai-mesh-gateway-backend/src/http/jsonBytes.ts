const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** What is longer is left to the search of the runtime: a call of it costs as much as a look at so many bytes. */
const SHORT = 32;

/** @returns the first position from `start` on that is not white space */
export function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (at < json.length && json[at] <= SPACE) at++;
  return at;
}

/**
 * @param start - the opening quote
 * @returns the first position after the closing quote
 */
export function skipString(json: Buffer, start: number): number {
  let at = start + 1;
  for (;;) {
    // text with many escapes is read byte by byte: each of them would be one more search
    const end = Math.min(at + SHORT, json.length);
    while (at < end) {
      const byte = json[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= json.length) return json.length;
    const quote = json.indexOf(QUOTE, at);
    if (quote < 0) return json.length;
    if (!isEscaped(json, at, quote)) return quote + 1;
    at = quote + 1;
  }
}

/** @param from - a position that no backslash before it escapes */
function isEscaped(json: Buffer, from: number, position: number): boolean {
  let first = position;
  while (first > from && json[first - 1] === BACKSLASH) first--;
  return (position - first) % 2 === 1;
}

/** Finds the next of some bytes, and looks at no part of the text twice however often it is asked. */
export class NextByteOf {
  readonly #bytes: readonly number[];
  readonly #found: number[];

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
    this.#found = bytes.map(() => -1);
  }

  /** To be called before another text is searched. */
  reset(): void {
    this.#found.fill(-1);
  }

  /**
   * @param from - not before the last one's
   * @returns the end of the text when there is none
   */
  find(json: Buffer, from: number): number {
    let nearest = json.length;
    for (let index = 0; index < this.#bytes.length; index++) {
      if (this.#found[index] < from) {
        const found = json.indexOf(this.#bytes[index], from);
        this.#found[index] = found < 0 ? json.length : found;
      }
      nearest = Math.min(nearest, this.#found[index]);
    }
    return nearest;
  }
}

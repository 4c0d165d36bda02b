const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Tells when a JSON object that comes in pieces is complete. Looks at each character once; checks nothing else. */
export class JsonObjectEnd {
  isComplete = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  push(piece: string): void {
    for (let index = 0; index < piece.length && !this.isComplete; index++) {
      this.#take(piece.charCodeAt(index));
    }
  }

  #take(character: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (this.#isInString && character === BACKSLASH)
      this.#isEscaped = true;
    else if (character === QUOTE) this.#isInString = !this.#isInString;
    else if (!this.#isInString) this.#takeBracket(character);
  }

  #takeBracket(character: number): void {
    // [ is 0x5b, { is 0x7b, ] is 0x5d, } is 0x7d
    if (character === 0x5b || character === 0x7b) this.#depth++;
    if (character !== 0x5d && character !== 0x7d) return;
    this.#depth--;
    this.isComplete = this.#depth === 0;
  }
}

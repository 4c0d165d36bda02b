/** The bytes of an answer on their way to the caller, for the cache; nothing, once they are more than it takes. */
export class AnswerRecording {
  readonly #maxBytes: number;
  #chunks: Buffer[] | undefined = [];
  #length = 0;

  /** @param maxBytes - of the cache: what is larger is not kept */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param chunk - not changed afterwards */
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#maxBytes) this.#chunks = undefined;
    this.#chunks?.push(chunk);
  }

  /** The whole answer; undefined when it was too large. Only asked for when the answer is complete. */
  bytes(): Buffer | undefined {
    if (!this.#chunks) return undefined;
    // memory of its own: a piece of a shared one would keep all of that from being freed
    const whole = Buffer.allocUnsafeSlow(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) at += chunk.copy(whole, at);
    return whole;
  }
}

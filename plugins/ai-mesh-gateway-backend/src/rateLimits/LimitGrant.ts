/** A call's place within its limits, until it ends. */
export interface LimitGrant {
  /** `x-ratelimit-*` for the answer: name, value, name, value. */
  readonly headers: readonly string[];
  /**
   * The call has ended: its parallel place is free, and the tokens it used take the place of those it held.
   * Only the first end counts.
   *
   * @param usedTokens - input and output; undefined when unknown: then as many as it held
   */
  settle(usedTokens: number | undefined): void;
  /** The call was not sent: it used no tokens. It stays counted as a request. */
  release(): void;
}

/** A grant that ends once. */
export class Grant implements LimitGrant {
  readonly headers: readonly string[];
  #end: ((usedTokens: number | undefined) => void) | undefined;

  constructor(
    headers: readonly string[],
    end: (usedTokens: number | undefined) => void,
  ) {
    this.headers = headers;
    this.#end = end;
  }

  settle(usedTokens: number | undefined): void {
    const end = this.#end;
    this.#end = undefined; // also lets go of what the call counted on
    end?.(usedTokens);
  }

  release(): void {
    this.settle(0);
  }
}

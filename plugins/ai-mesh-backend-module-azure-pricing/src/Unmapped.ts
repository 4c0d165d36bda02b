/** What could not be mapped, counted by its reason, with one example each. */
export class Unmapped {
  readonly #reasons = new Map<string, { count: number; example: string }>();

  add(reason: string, example: string): void {
    const known = this.#reasons.get(reason);
    if (known) known.count += 1;
    else this.#reasons.set(reason, { count: 1, example });
  }

  /** One line for the log; undefined when everything was mapped. */
  describe(): string | undefined {
    const parts = [...this.#reasons].map(
      ([reason, { count, example }]) =>
        `${count} ${reason}, such as "${example}"`,
    );
    return parts.length > 0 ? parts.join('; ') : undefined;
  }
}

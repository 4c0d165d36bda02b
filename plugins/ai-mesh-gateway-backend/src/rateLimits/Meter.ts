/** What one request or token weighs on a meter: the unit in which a minute drains in whole steps. */
export const UNITS_PER_ITEM = 60_000;

/**
 * GCRA in its form as a leaking meter: each item adds 60,000 units, each millisecond takes away as many as
 * items are allowed in a minute. All integers, so that nothing is rounded and nothing drifts.
 *
 * Where whoever adds keeps it at or below `perMinute` items, no window of `t` milliseconds sees more than
 * `perMinute + perMinute × t / 60,000` of them.
 *
 * @see ITU-T I.371, annex A: the continuous-state leaky bucket decides exactly as virtual scheduling does
 */
export class Meter {
  #units = 0;
  #atMs = 0;

  /**
   * Brings it to the present.
   *
   * @param nowMs - a whole number that never goes back
   * @returns what has not drained, in units
   */
  drain(nowMs: number, perMinute: number): number {
    this.#units = Math.max(0, this.#units - (nowMs - this.#atMs) * perMinute);
    this.#atMs = nowMs;
    return this.#units;
  }

  /** After {@link drain}. */
  add(items: number): void {
    const units = this.#units + items * UNITS_PER_ITEM;
    this.#units = Math.min(units, Number.MAX_SAFE_INTEGER);
  }
}

/** Times as ISO 8601 in UTC, to the millisecond. Remembers the second that it wrote last, as calls come in order. */
export class IsoTime {
  #second = NaN;
  /** Up to the point before the milliseconds. */
  #text = '';

  /** @param ms - milliseconds since 1970 */
  format(ms: number): string {
    const whole = Math.floor(ms);
    const second = Math.floor(whole / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toISOString().slice(0, -4);
    }
    const milliseconds = String(whole - second * 1000).padStart(3, '0');
    return `${this.#text}${milliseconds}Z`;
  }
}

/** One event of a stream of server-sent events. */
export interface SseEvent {
  /** Its name, if it has one. */
  event?: string;
  /** Its data lines, joined by line feeds. */
  data: string;
}

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';
/** No event of a model is this long. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Cuts bytes into server-sent events, wherever the network has cut them before. Lines end in LF or CRLF;
 * comments and fields other than `event` and `data` are left out. Bytes become text a whole line at a time,
 * so that no character is cut in two; each byte is looked at once.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseSplitter {
  /** The beginning of a line whose end has not come. */
  #line: Buffer[] = [];
  #isFirstLine = true;
  /** Bytes of the event that has not ended. */
  #eventBytes = 0;
  #event: string | undefined;
  #data: string[] = [];

  /**
   * Takes a chunk, however it was cut.
   *
   * @returns the events that are complete now; one without its blank line is none, as the standard has it
   * @throws RangeError when an event does not end
   */
  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      this.#count((end === -1 ? chunk.length : end) - start);
      if (end === -1) break;
      const event = this.#readLine(this.#takeLine(chunk.subarray(start, end)));
      if (event) events.push(event);
      start = end + 1;
    }
    if (start < chunk.length) this.#line.push(chunk.subarray(start));
    return events;
  }

  #count(bytes: number): void {
    this.#eventBytes += bytes;
    if (this.#eventBytes > MAX_EVENT_BYTES) {
      throw new RangeError('An event of the stream does not end');
    }
  }

  #takeLine(last: Buffer): string {
    let bytes = last;
    if (this.#line.length > 0) {
      bytes = Buffer.concat([...this.#line, last]);
      this.#line = [];
    }
    const length = bytes.length - (bytes[bytes.length - 1] === CR ? 1 : 0);
    const line = bytes.toString('utf8', 0, length);
    if (!this.#isFirstLine) return line;
    this.#isFirstLine = false;
    return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  }

  #readLine(line: string): SseEvent | undefined {
    if (line === '') return this.#takeEvent();
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    if (name === 'data') this.#data.push(valueOf(line, colon));
    else if (name === 'event') this.#event = valueOf(line, colon);
    return undefined;
  }

  #takeEvent(): SseEvent | undefined {
    const { length } = this.#data;
    const event = {
      event: this.#event,
      data: length === 1 ? this.#data[0] : this.#data.join('\n'),
    };
    this.#eventBytes = 0;
    this.#event = undefined;
    this.#data = [];
    return length === 0 ? undefined : event;
  }
}

function valueOf(line: string, colon: number): string {
  if (colon === -1) return '';
  return line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
}

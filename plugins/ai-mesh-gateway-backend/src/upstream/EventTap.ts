import { ReportedUsage, readUsage } from './reportedUsage';

const LF = 0x0a;
const CR = 0x0d;
const USAGE_KEY = Buffer.from('"usage"');
const DONE = Buffer.from('data: [DONE]');
const COLON = 0x3a;
const BRACE = 0x7b;
const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);
/** No event of a model is this long. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Listens to a stream of events on its way to the caller. Bytes pass as they come, up to the last event
 * that is complete; of these only two kinds are kept: the usage chunk that the caller did not ask for,
 * and the end (`[DONE]` and what follows), which waits until the usage is on record.
 */
export class EventTap {
  /** Events with something of an answer in them: each is at least one token (at most two are none). */
  pieceCount = 0;
  usage: ReportedUsage | undefined;
  /** Whether the provider said that the answer is complete. */
  isDone = false;
  readonly #stripUsage: boolean;
  /** The beginning of an event whose end has not come. */
  #partial: Buffer = NOTHING;
  /** How far {@link EventTap.#partial} was searched for its end: no byte is looked at again. */
  #searched = 0;
  /** Where the next usage key stands, so that no byte is searched twice. */
  #usageAt = -1;
  readonly #tail: Buffer[] = [];

  constructor(options: { stripUsage: boolean }) {
    this.#stripUsage = options.stripUsage;
  }

  /** The end of the stream: for the caller when all else is done. */
  get tail(): Buffer {
    return Buffer.concat([...this.#tail, this.#partial]);
  }

  /**
   * Takes a chunk, however it was cut.
   *
   * @returns what may go to the caller now; maybe nothing
   * @throws RangeError when an event does not end
   */
  push(chunk: Buffer): Buffer {
    const bytes =
      this.#partial.length === 0
        ? chunk
        : Buffer.concat([this.#partial, chunk]);
    this.#usageAt = -1;
    let passFrom = 0;
    let eventStart = 0;
    const passed: Buffer[] = [];
    for (;;) {
      const eventEnd = endOfEvent(bytes, Math.max(eventStart, this.#searched));
      if (eventEnd === undefined) break;
      this.#searched = 0;
      if (!this.#isForCaller(bytes, eventStart, eventEnd)) {
        passed.push(bytes.subarray(passFrom, eventStart));
        passFrom = eventEnd;
      }
      eventStart = eventEnd;
    }
    passed.push(bytes.subarray(passFrom, eventStart));
    this.#keepPartial(bytes.subarray(eventStart));
    return passed.length === 1 ? passed[0] : Buffer.concat(passed);
  }

  #keepPartial(rest: Buffer): void {
    if (rest.length > MAX_EVENT_BYTES) {
      throw new RangeError('An event of the stream does not end');
    }
    this.#partial = rest;
    this.#searched = Math.max(0, rest.length - 3); // an end may be cut in two
  }

  #isForCaller(bytes: Buffer, start: number, end: number): boolean {
    if (this.isDone || startsWith(bytes, start, DONE)) {
      this.isDone = true;
      this.#tail.push(bytes.subarray(start, end));
      return false;
    }
    if (
      this.#hasUsage(bytes, start, end) &&
      this.#readUsage(bytes.toString('utf8', start, end)) === 'usage-only'
    ) {
      return !this.#stripUsage;
    }
    if (bytes[start] !== COLON) this.pieceCount += 1; // a comment is no piece
    return true;
  }

  /** Whether an event has a usage object. All have the key, mostly with null: only the real one is parsed. */
  #hasUsage(bytes: Buffer, start: number, end: number): boolean {
    let from = start;
    for (;;) {
      if (this.#usageAt < from) {
        const found = bytes.indexOf(USAGE_KEY, from);
        this.#usageAt = found === -1 ? bytes.length : found;
      }
      if (this.#usageAt >= end) return false;
      let at = skipSpace(bytes, this.#usageAt + USAGE_KEY.length);
      if (bytes[at] === COLON) {
        at = skipSpace(bytes, at + 1);
        if (bytes[at] === BRACE) return true;
      }
      from = at;
    }
  }

  #readUsage(text: string): 'usage-only' | 'other' {
    const chunk = parseData(text);
    if (!chunk) return 'other';
    this.usage = readUsage(chunk.usage) ?? this.usage;
    const isEmpty = Array.isArray(chunk.choices) && chunk.choices.length === 0;
    return isEmpty && this.usage ? 'usage-only' : 'other';
  }
}

/** @returns the first position after the blank line that ends an event */
function endOfEvent(bytes: Buffer, from: number): number | undefined {
  for (
    let at = bytes.indexOf(LF, from);
    at !== -1;
    at = bytes.indexOf(LF, at + 1)
  ) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return undefined;
}

function startsWith(bytes: Buffer, start: number, prefix: Buffer): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] <= SPACE) at++;
  return at;
}

function parseData(text: string): Record<string, unknown> | undefined {
  const data = text
    .split(/\r?\n/)
    .filter(line => line.startsWith('data:'))
    .map(line => line.slice(5))
    .join('\n');
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

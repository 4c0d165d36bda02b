import { StreamTap } from './Protocol';
import { ReportedUsage } from './usage';
import { dataLine, isEndMarker } from './eventBytes';

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const NOTHING = Buffer.alloc(0);
/** From here on a partial event grows by doubling, so that many small chunks are not copied again and again. */
const GROWING_BYTES = 64 * 1024;
/** From here on a call of the system's copy is cheaper than a loop. */
const MANY_BYTES = 48;

/**
 * Takes a stream of server-sent events apart, on its way to the caller. Bytes pass as they come, up to the last
 * event that is complete, except for what a protocol cuts out; and except for the end, which waits until the
 * usage is on record. Lines end with LF or CRLF.
 */
export abstract class EventTap implements StreamTap {
  isDone = false;
  usage: ReportedUsage | undefined;
  pieceCount = 0;
  /** Whether the event at hand is known to have but one line. */
  protected isOneLine = true;
  readonly #maxEventBytes: number;
  /** The beginning of an event whose end has not come. */
  #partial: Buffer = NOTHING;
  /** The memory that {@link EventTap.#partial} begins in, when it has grown long. */
  #room: Buffer = NOTHING;
  /** How far {@link EventTap.#partial} was searched for its end: no byte is looked at again. */
  #searched = 0;
  /** What is cut out of the chunk at hand: from, to, from, to. In order. */
  readonly #cuts: number[] = [];
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;

  /** @param maxEventBytes - longer than any event of the protocol */
  constructor(maxEventBytes = 8 * 1024 * 1024) {
    this.#maxEventBytes = maxEventBytes;
  }

  get usageSoFar(): ReportedUsage | undefined {
    return this.usage;
  }

  get tail(): Buffer {
    return Buffer.concat([...this.#tail, this.#partial]);
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.#partial.length === 0 ? chunk : this.#append(chunk);
    let start = 0;
    let searchFrom = this.#searched;
    for (;;) {
      const end = this.#endOfEvent(bytes, searchFrom);
      if (end === -1) break;
      this.#take(bytes, start, end);
      this.isOneLine = true;
      start = end;
      searchFrom = end;
    }
    this.#keepPartial(bytes, start);
    return this.#cuts.length === 0
      ? upTo(bytes, start)
      : this.#kept(bytes, start);
  }

  /** Looks at a complete event; sets {@link EventTap.isDone} when it is the last. */
  protected abstract inspect(bytes: Buffer, start: number, end: number): void;

  /** Keeps bytes from the caller. In order, and only of the event at hand. */
  protected cut(from: number, to: number): void {
    this.#cuts.push(from, to);
  }

  /** @returns the first position after the blank line that ends an event, or -1 */
  #endOfEvent(bytes: Buffer, from: number): number {
    let at = bytes.indexOf(LF, from);
    while (at !== -1) {
      if (bytes[at + 1] === LF) return at + 2;
      if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
      this.isOneLine = false;
      at = bytes.indexOf(LF, at + 1);
    }
    return -1;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    if (!this.isDone) {
      if (isEndMarker(bytes, start, end)) this.isDone = true;
      else if (bytes[start] !== COLON || dataLine(bytes, start, end)) {
        this.inspect(bytes, start, end); // a comment says nothing
      }
    }
    if (this.isDone) {
      this.#keepTail(bytes.subarray(start, end));
      this.cut(start, end);
    }
  }

  #keepTail(event: Buffer): void {
    this.#tailBytes += event.length;
    if (this.#tailBytes > this.#maxEventBytes) {
      throw new RangeError('The stream goes on after its end');
    }
    this.#tail.push(event);
  }

  #append(chunk: Buffer): Buffer {
    const { length } = this.#partial;
    const total = length + chunk.length;
    if (total < GROWING_BYTES) return Buffer.concat([this.#partial, chunk]);
    if (this.#room.length < total) {
      this.#room = Buffer.allocUnsafe(total * 2);
      this.#partial.copy(this.#room);
    }
    chunk.copy(this.#room, length);
    return this.#room.subarray(0, total);
  }

  #keepPartial(bytes: Buffer, start: number): void {
    const length = bytes.length - start;
    if (length > this.#maxEventBytes) {
      throw new RangeError('An event of the stream does not end');
    }
    if (start > 0) this.#room = NOTHING; // its bytes are on their way
    this.#partial = length === 0 ? NOTHING : bytes.subarray(start);
    this.#searched = Math.max(0, length - 3); // an end may be cut in two
  }

  /** What is left when the cuts are made. */
  #kept(bytes: Buffer, end: number): Buffer {
    const cuts = this.#cuts;
    let length = end;
    for (let index = 0; index < cuts.length; index += 2) {
      length -= cuts[index + 1] - cuts[index];
    }
    const kept = length === 0 ? NOTHING : Buffer.allocUnsafe(length);
    let at = 0;
    let from = 0;
    for (let index = 0; index < cuts.length; index += 2) {
      at = copy(bytes, from, cuts[index], kept, at);
      from = cuts[index + 1];
    }
    copy(bytes, from, end, kept, at);
    cuts.length = 0;
    return kept;
  }
}

/** @returns the position after what was copied */
function copy(
  source: Buffer,
  from: number,
  to: number,
  target: Buffer,
  at: number,
): number {
  const length = to - from;
  if (length > MANY_BYTES) source.copy(target, at, from, to);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i];
  return at + length;
}

function upTo(bytes: Buffer, end: number): Buffer {
  if (end === bytes.length) return bytes;
  return end === 0 ? NOTHING : bytes.subarray(0, end);
}

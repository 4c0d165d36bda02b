import { EventTap } from './EventTap';
import { dataLine, parseData, Span, startsWith } from './eventBytes';
import { nullMember } from './nullMember';
import { CHAT_NAMES, readTokens } from './readTokens';
import { reportedTier } from './serviceTiers';
import { isObject } from './usage';

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const BRACE = 0x7b;
const SPACE = 0x20;
const QUOTE = 0x22;
const LETTER_D = 0x64;
const LETTER_N = 0x6e;
const USAGE_KEY = '"usage"';
/** Without its first quote: JSON is full of quotes, and a search stops at each. */
const SEARCHED = Buffer.from('usage"');
const LAST_NULL = Buffer.from(',"usage":null}');
const DATA = Buffer.from('data:');
/** Of these a chunk has one. A provider that sends thousands shall not cost the time to look at each. */
const MAX_KEYS = 8;

/**
 * Listens to the chunks of chat and completions. For a caller who did not ask for the usage, what asking for it
 * upstream has added is taken out again: the usage chunk, and a `"usage":null` in every other one.
 */
export class ChunkTap extends EventTap {
  readonly #stripUsage: boolean;
  readonly #toolCalls: number;
  /** Where the next usage key stands, so that no byte is searched twice. */
  #keyAt = -1;

  /** @param options.toolCalls - that are charged beside what the provider counts; none, if absent */
  constructor(options: { stripUsage: boolean; toolCalls?: number }) {
    super();
    this.#stripUsage = options.stripUsage;
    this.#toolCalls = options.toolCalls ?? 0;
  }

  override push(chunk: Buffer): Buffer {
    this.#keyAt = -1;
    return super.push(chunk);
  }

  protected inspect(bytes: Buffer, start: number, end: number): void {
    if (!this.#endsWithNull(bytes, start, end)) {
      const hasKey = this.#nextKey(bytes, start) < end;
      if (hasKey && this.#takeUsage(bytes, start, end)) return;
    }
    // what has no data is no piece
    if (bytes[start] === LETTER_D || dataLine(bytes, start, end)) {
      this.pieceCount += 1;
    }
  }

  /** Decides what most providers send by its last bytes, without a search. */
  #endsWithNull(bytes: Buffer, start: number, end: number): boolean {
    const to = this.#endOfData(bytes, start, end);
    const from = to - LAST_NULL.length;
    if (from < start || !startsWith(bytes, from, LAST_NULL)) return false;
    if (this.#stripUsage) this.cut(from, to - 1);
    return true;
  }

  /** Where the event's only line of data ends; -1 if there is none, or several. */
  #endOfData(bytes: Buffer, start: number, end: number): number {
    if (!this.isOneLine) return dataLine(bytes, start, end)?.to ?? -1;
    if (!startsWith(bytes, start, DATA)) return -1;
    let to = end;
    while (bytes[to - 1] === LF || bytes[to - 1] === CR) to--;
    return to;
  }

  /** @returns whether the event is the usage chunk */
  #takeUsage(bytes: Buffer, start: number, end: number): boolean {
    let isRead = false;
    let key = this.#keyAt;
    for (let count = 0; key < end && count < MAX_KEYS; count++) {
      const value = valueOf(bytes, key);
      if (bytes[value] === BRACE && !isRead) {
        isRead = true; // only a real one is parsed; most have the key with null
        if (this.#readUsage(bytes, start, end)) {
          if (this.#stripUsage) this.cut(start, end);
          return true;
        }
      } else if (bytes[value] === LETTER_N) {
        if (this.#cutNull(bytes, { from: start, to: end }, key, value)) break;
      }
      key = this.#nextKey(bytes, key + USAGE_KEY.length);
    }
    return false;
  }

  #cutNull(bytes: Buffer, event: Span, key: number, value: number): boolean {
    if (!this.#stripUsage) return false;
    const isWhole = this.isOneLine && startsWith(bytes, event.from, DATA);
    const json = isWhole ? event : dataLine(bytes, event.from, event.to);
    const span = json && nullMember(bytes, json, key, value);
    if (span) this.cut(span.from, span.to);
    return span !== undefined;
  }

  #nextKey(bytes: Buffer, from: number): number {
    if (this.#keyAt >= from) return this.#keyAt;
    let found = from;
    do found = bytes.indexOf(SEARCHED, found + 1);
    while (found !== -1 && bytes[found - 1] !== QUOTE);
    this.#keyAt = found === -1 ? bytes.length : found - 1;
    return this.#keyAt;
  }

  #readUsage(bytes: Buffer, start: number, end: number): boolean {
    const chunk = parseData(bytes, start, end);
    if (!chunk || !isObject(chunk.usage)) return false;
    this.usage = readTokens(chunk.usage, CHAT_NAMES, {
      serviceTier: reportedTier(chunk.service_tier),
      toolCalls: this.#toolCalls,
    });
    return Array.isArray(chunk.choices) && chunk.choices.length === 0;
  }
}

/** @returns where the value of a key begins; where the next thing stands, if it is no key */
function valueOf(bytes: Buffer, key: number): number {
  const colon = skipSpace(bytes, key + USAGE_KEY.length);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : colon;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] <= SPACE) at++;
  return at;
}

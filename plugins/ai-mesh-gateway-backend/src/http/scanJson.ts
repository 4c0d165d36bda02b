import { NextByteOf, skipSpace, skipString } from './jsonBytes';
import type { JsonMember } from './jsonMembers';
import { readName } from './readName';
import { MemberNames } from './MemberNames';
import { writePath } from './writePath';

/** Why a body is refused although it is JSON. */
export type JsonProblem = 'too-deep' | 'duplicate' | 'forbidden-name';

/** What {@link scanJson} finds: the members of the outermost object, or the first problem. */
export type JsonScan =
  | { problem?: undefined; members: JsonMember[] }
  | {
      problem: JsonProblem;
      /** Where, as a path of names such as `messages[].role`; never a value. See writePath. */
      at: string;
    };

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** Sets the prototype of what a careless reader copies it into. */
const FORBIDDEN_NAME = '__proto__';

/** Numbers in an array are passed one by one up to so many bytes, then by a search. */
const SHORT_RUN = 48;

/** What ends a run of scalars in an array, and of white space around one scalar in an object. */
const ENDS_OF_RUN = [QUOTE, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT];
const STOPS_IN_ARRAY = tableOf(ENDS_OF_RUN);
const STOPS_IN_OBJECT = tableOf([...ENDS_OF_RUN, CLOSE_OBJECT, COMMA]);

/** In place of the start of a name: the level is an array. */
const ARRAY = -1;

// shared by all scans, as each runs to its end before another starts
const NAMES = new MemberNames();
const NEXT_IN_ARRAY = new NextByteOf(ENDS_OF_RUN);

class Scan {
  readonly members: JsonMember[] = [];
  problem: JsonProblem | undefined;
  readonly #json: Buffer;
  readonly #maxDepth: number;
  #depth = 0;
  #inObject = false;
  /** By level: where the name of the object's current member starts and ends, or ARRAY. */
  readonly #nameStarts: number[] = [];
  readonly #nameEnds: number[] = [];

  constructor(json: Buffer, maxDepth: number) {
    this.#json = json;
    this.#maxDepth = maxDepth;
  }

  run(): void {
    const json = this.#json;
    let at = json.indexOf(OPEN_OBJECT);
    do {
      switch (json[at]) {
        case QUOTE: // of a value: names are read with the sign before them
          at = skipString(json, at);
          break;
        case OPEN_OBJECT:
          at += 1;
          if (this.#open(true)) at = this.#readMember(at);
          break;
        case OPEN_ARRAY:
          at += 1;
          this.#open(false);
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          if (this.#depth === 1) this.#endMember(at);
          this.#close();
          at += 1;
          break;
        case COMMA:
          if (this.#depth === 1) this.#endMember(at);
          at += 1;
          if (this.#inObject) at = this.#readMember(at);
          break;
        default:
          at = this.#skipScalars(at);
      }
    } while (this.#depth > 0 && this.problem === undefined && at < json.length);
  }

  path(): string {
    const parts = this.#nameStarts
      .slice(0, this.#depth)
      .map((start, level) =>
        start === ARRAY
          ? undefined
          : this.#json.subarray(start, this.#nameEnds[level]),
      );
    return writePath(parts);
  }

  #open(isObject: boolean): boolean {
    if (this.#depth === this.#maxDepth) {
      this.problem = 'too-deep';
      return false;
    }
    this.#nameStarts[this.#depth] = isObject ? 0 : ARRAY;
    this.#depth += 1;
    this.#inObject = isObject;
    if (isObject) NAMES.openObject();
    return true;
  }

  #close(): void {
    if (this.#inObject) NAMES.closeObject();
    this.#depth -= 1;
    this.#inObject =
      this.#depth > 0 && this.#nameStarts[this.#depth - 1] !== ARRAY;
  }

  /**
   * Reads a name, unless the object is empty.
   *
   * @returns the start of its value
   */
  #readMember(from: number): number {
    const json = this.#json;
    const quote = skipSpace(json, from);
    if (json[quote] !== QUOTE) return quote;
    const start = quote + 1;
    let end = start;
    let isEscaped = false;
    for (; end < json.length && json[end] !== QUOTE; end++) {
      if (json[end] === BACKSLASH) {
        isEscaped = true;
        end += 1; // what is escaped may be a quote
      }
    }
    this.#nameStarts[this.#depth - 1] = start;
    this.#nameEnds[this.#depth - 1] = end;
    const escaped = isEscaped ? readEscaped(json, start, end) : undefined;
    if (isForbidden(json, start, end, escaped)) {
      this.problem = 'forbidden-name';
    } else if (NAMES.isRepeated(json, start, end, escaped)) {
      this.problem = 'duplicate';
    }
    const value = skipSpace(json, skipSpace(json, end + 1) + 1); // the colon
    if (this.#depth === 1) {
      const name = escaped ?? readName(json, start, end);
      this.members.push({ name, valueStart: value, valueEnd: value });
    }
    return value;
  }

  /** At the comma or bracket after a value of the outermost object. */
  #endMember(at: number): void {
    const member = this.members.at(-1);
    if (member === undefined) return;
    let end = at;
    while (this.#json[end - 1] <= SPACE) end -= 1;
    member.valueEnd = end;
  }

  /** Passes numbers, words and white space. In an array the commas between them, too. */
  #skipScalars(from: number): number {
    const json = this.#json;
    const stops = this.#inObject ? STOPS_IN_OBJECT : STOPS_IN_ARRAY;
    const short = Math.min(from + SHORT_RUN, json.length);
    let at = from + 1;
    while (at < short && stops[json[at]] === 0) at++;
    return at === short && !this.#inObject ? NEXT_IN_ARRAY.find(json, at) : at;
  }
}

/**
 * One pass over a body's bytes that refuses what parsers read differently or unsafely: members of one object with
 * the same name (escapes seen through), a member named `__proto__`, and deep nesting.
 *
 * The time is linear in the length, whatever the body holds.
 *
 * @param json - bytes that are UTF-8 and that `JSON.parse` has accepted as an object
 * @param maxDepth - objects and arrays within each other, the outermost object counted
 * @returns where the outermost object's members stand, so that some can be replaced and all others stay as they came:
 *   parsing and writing again would change large numbers
 */
export function scanJson(json: Buffer, maxDepth: number): JsonScan {
  const scan = new Scan(json, maxDepth);
  try {
    scan.run();
  } finally {
    NAMES.clear(); // nothing of a body stays in memory
    NEXT_IN_ARRAY.reset();
  }
  return scan.problem === undefined
    ? { members: scan.members }
    : { problem: scan.problem, at: scan.path() };
}

/** As a parser reads it: "\u006dodel" is "model". */
function readEscaped(json: Buffer, start: number, end: number): string {
  return String(JSON.parse(json.toString('utf8', start - 1, end + 1)));
}

function isForbidden(
  json: Buffer,
  start: number,
  end: number,
  escaped: string | undefined,
): boolean {
  if (escaped !== undefined) return escaped === FORBIDDEN_NAME;
  if (end - start !== FORBIDDEN_NAME.length) return false;
  for (let index = 0; index < FORBIDDEN_NAME.length; index++) {
    if (json[start + index] !== FORBIDDEN_NAME.charCodeAt(index)) return false;
  }
  return true;
}

function tableOf(bytes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of bytes) table[byte] = 1;
  return table;
}

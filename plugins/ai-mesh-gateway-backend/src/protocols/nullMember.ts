import { Span, startsWith } from './eventBytes';

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NULL = Buffer.from('null');

/**
 * What to cut out of an object so that a member with the value null is gone and its JSON is whole.
 *
 * Why bytes suffice to know a member: in JSON, a quote inside of a string has a backslash before it. So one that
 * follows a comma or a brace opens or closes a string; and where it closed one, no name could follow. That the
 * member is one of the outermost object shows from what comes after it: only the end of its own.
 *
 * @param json - the object, in one piece
 * @param key - where the quote before the name stands
 * @param value - where the value begins
 * @returns undefined when it is something else: it is not null, is nested, or is part of a text
 */
export function nullMember(
  bytes: Buffer,
  json: Span,
  key: number,
  value: number,
): Span | undefined {
  if (key < json.from || !startsWith(bytes, value, NULL)) return undefined;
  let before = key - 1;
  while (bytes[before] === SPACE || bytes[before] === TAB) before--;
  const isFirst = bytes[before] === OPEN_BRACE;
  if (!isFirst && bytes[before] !== COMMA) return undefined;
  const valueEnd = value + NULL.length;
  const after = skipBlanks(bytes, valueEnd);
  const isLast = bytes[after] === CLOSE_BRACE;
  if (!isLast && bytes[after] !== COMMA) return undefined;
  if (!isOutermost(bytes, after, json.to)) return undefined;
  if (!isFirst) return { from: before, to: valueEnd };
  return { from: key, to: isLast ? valueEnd : after + 1 };
}

/** Whether the object that goes on at a place is all that is left. */
function isOutermost(bytes: Buffer, from: number, end: number): boolean {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    if (at >= end) return false;
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at, end);
    // [ is 0x5b, { is 0x7b, ] is 0x5d, } is 0x7d
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) depth--;
    at++;
  }
  while (at < end && bytes[at] <= SPACE) at++;
  return at >= end;
}

/** @returns where the closing quote stands, or the end of the event */
function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  return at;
}

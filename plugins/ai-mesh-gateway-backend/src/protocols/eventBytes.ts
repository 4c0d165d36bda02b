import { isObject } from './usage';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const DATA = Buffer.from('data:');
const EVENT = Buffer.from('event:');
const DONE = Buffer.from('[DONE]');
const TYPE_FIRST = Buffer.from('{"type":"');

/** Bytes, by the first and the one after the last. */
export interface Span {
  from: number;
  to: number;
}

/** Whether the event's data is `[DONE]`, by which OpenAI's streams end. */
export function isEndMarker(
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  let last = end - 1;
  while (bytes[last] === LF || bytes[last] === CR) last--;
  if (bytes[last] !== CLOSE_BRACKET) return false; // all others end with a brace: decided by one byte
  const data = dataLine(bytes, start, end);
  return (
    data !== undefined &&
    data.to - data.from === DONE.length &&
    startsWith(bytes, data.from, DONE)
  );
}

/** The value of an event's only `data` line, without its line end; undefined when it has none or several. */
export function dataLine(
  bytes: Buffer,
  start: number,
  end: number,
): Span | undefined {
  let found: Span | undefined;
  for (let at = start; at < end; ) {
    const lineEnd = bytes.indexOf(LF, at);
    if (startsWith(bytes, at, DATA)) {
      if (found) return undefined;
      const from = at + DATA.length;
      found = {
        from: bytes[from] === SPACE ? from + 1 : from,
        to: bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd,
      };
    }
    at = lineEnd + 1; // an event ends with a line, so that there is one
  }
  return found;
}

/** The event's data, all lines of it, parsed; undefined when it is no object of JSON. */
export function parseData(
  bytes: Buffer,
  start: number,
  end: number,
): Record<string, unknown> | undefined {
  const data = bytes
    .toString('utf8', start, end)
    .split('\n')
    .filter(line => line.startsWith('data:'))
    .map(line => line.slice(DATA.length))
    .join('\n');
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What kind of event it is: its name, or, without one, the `type` of its data. Nearly always the first thing to
 * stand in it, which is all that is looked at then.
 *
 * @returns empty when it says nothing of its kind
 */
export function eventType(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] === LETTER_E && startsWith(bytes, start, EVENT)) {
    const at = start + EVENT.length;
    return textUntil(bytes, bytes[at] === SPACE ? at + 1 : at, end, LF);
  }
  if (startsWith(bytes, start, DATA)) {
    const from = start + DATA.length;
    const at = bytes[from] === SPACE ? from + 1 : from;
    if (startsWith(bytes, at, TYPE_FIRST)) {
      return textUntil(bytes, at + TYPE_FIRST.length, end, QUOTE);
    }
  }
  return typeOf(bytes, start, end);
}

function typeOf(bytes: Buffer, start: number, end: number): string {
  const name = bytes
    .toString('latin1', start, end)
    .split('\n')
    .find(line => line.startsWith('event:'));
  if (name !== undefined) return name.slice(EVENT.length).trim();
  const type = parseData(bytes, start, end)?.type;
  return typeof type === 'string' ? type : '';
}

function textUntil(
  bytes: Buffer,
  from: number,
  end: number,
  last: number,
): string {
  let to = from;
  while (to < end && bytes[to] !== last && bytes[to] !== CR) to++;
  return bytes.toString('latin1', from, to);
}

/** Whether bytes stand at a place. */
export function startsWith(
  bytes: Buffer,
  start: number,
  prefix: Buffer,
): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}

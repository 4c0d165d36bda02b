/** A member of a JSON object, by where its value stands in the bytes. */
export interface JsonMember {
  name: string;
  valueStart: number;
  /** The first byte after the value. */
  valueEnd: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * The members of the outermost object, so that some can be replaced and all others stay as they came:
 * parsing and writing again would change large numbers and the order of duplicates.
 *
 * @param json - bytes that `JSON.parse` has accepted as an object
 * @returns undefined when the nesting is deeper than `maxDepth`
 */
export function jsonMembers(
  json: Buffer,
  maxDepth: number,
): JsonMember[] | undefined {
  const members: JsonMember[] = [];
  let at = skipSpace(json, json.indexOf('{') + 1);
  while (json[at] === QUOTE) {
    const nameEnd = skipString(json, at);
    const name = readName(json, at, nameEnd);
    at = skipSpace(json, skipSpace(json, nameEnd) + 1); // the colon
    const valueEnd = skipValue(json, at, maxDepth - 1);
    if (valueEnd === undefined) return undefined;
    members.push({ name, valueStart: at, valueEnd });
    at = skipSpace(json, valueEnd);
    if (json[at] !== COMMA) break;
    at = skipSpace(json, at + 1);
  }
  return members;
}

function readName(json: Buffer, start: number, end: number): string {
  const name = json.toString('latin1', start + 1, end - 1);
  // an escaped name is rare, but "\u006dodel" is "model", too
  return name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name;
}

function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (at < json.length && json[at] <= SPACE) at++;
  return at;
}

/** @returns the first position after the closing quote */
function skipString(json: Buffer, start: number): number {
  let at = start + 1;
  while (json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipValue(
  json: Buffer,
  start: number,
  maxDepth: number,
): number | undefined {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = skipString(json, at);
    } else {
      // [ is 0x5b, { is 0x7b, ] is 0x5d, } is 0x7d
      if (byte === 0x5b || byte === 0x7b) depth++;
      else if (byte === 0x5d || byte === 0x7d) depth--;
      if (depth < 0) return at; // the end of the outermost object
      if (depth > maxDepth) return undefined;
      at++;
    }
    if (depth === 0 && isEndOfValue(json, at)) return at;
  }
  return at;
}

function isEndOfValue(json: Buffer, at: number): boolean {
  const next = json[at];
  return next === COMMA || next === 0x7d || next <= SPACE || next === COLON;
}

/** A change of the outermost object: a member's new value, as JSON text. */
export type JsonEdits = ReadonlyMap<string, string>;

/**
 * Replaces the values of members, every one of that name, and adds those that are missing.
 *
 * @param members - of {@link jsonMembers}
 */
export function editJson(
  json: Buffer,
  members: readonly JsonMember[],
  edits: JsonEdits,
): Buffer {
  if (edits.size === 0) return json;
  const pieces: Buffer[] = [];
  const open = json.indexOf('{') + 1;
  const missing = [...edits].filter(
    ([name]) => !members.some(member => member.name === name),
  );
  const added = missing
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',');
  const comma = added && members.length > 0 ? ',' : '';
  pieces.push(Buffer.from(`{${added}${comma}`));
  let from = open;
  for (const member of members) {
    const value = edits.get(member.name);
    if (value === undefined) continue;
    pieces.push(json.subarray(from, member.valueStart), Buffer.from(value));
    from = member.valueEnd;
  }
  pieces.push(json.subarray(from));
  return Buffer.concat(pieces);
}

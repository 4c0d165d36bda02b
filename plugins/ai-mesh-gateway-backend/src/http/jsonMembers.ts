/** A member of a JSON object, by where its value stands in the bytes. */
export interface JsonMember {
  name: string;
  valueStart: number;
  /** The first byte after the value. */
  valueEnd: number;
}

/** A change of the outermost object: a member's new value, as JSON text. */
export type JsonEdits = ReadonlyMap<string, string>;

/**
 * Replaces the values of members and adds those that are missing. All other bytes stay as they came.
 *
 * @param members - of scanJson
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

/** What a statement is made of. Whole numbers are text: a reader of JSON may lose their digits. */
export type CanonicalValue =
  | string
  | boolean
  | bigint
  | undefined
  | readonly CanonicalValue[]
  | { readonly [name: string]: CanonicalValue };

/**
 * Writes JSON that is the same text for the same content: names sorted, no white space; a `bigint` is written as text,
 * and what is undefined is left out.
 *
 * @see RFC 8785 (JSON Canonicalization Scheme), of which this is the part without numbers and null
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1)) // by UTF-16 code units, as the RFC asks
    .map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`);
  return `{${members.join(',')}}`;
}

function isList(
  value: Exclude<CanonicalValue, string | boolean | bigint | undefined>,
): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}

/**
 * A flat JSON object (attribute KeyValueFormat), its keys by the alphabet, so that equal rows are equal bytes.
 *
 * @param values - what is absent or empty is left out
 * @returns null when nothing is left
 */
export function toTags(
  values: Record<string, string | number | boolean | undefined>,
): string | null {
  const entries = Object.entries(values)
    .filter(
      ([, value]) => value !== undefined && value !== '' && value !== false,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? null
    : JSON.stringify(Object.fromEntries(entries));
}

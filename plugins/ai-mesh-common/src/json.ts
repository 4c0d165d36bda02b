/**
 * JSON in which every `bigint` (money, counts) is written as text, as the schemas expect it.
 * @public
 */
export function stringifyWithBigInt(value: unknown): string {
  return JSON.stringify(value, (_key, each) =>
    typeof each === 'bigint' ? each.toString() : each,
  );
}

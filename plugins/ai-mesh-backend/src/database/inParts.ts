/** Both databases bound the number of parameters of a statement. */
const VALUES_A_STATEMENT = 500;

/** Cuts a list into pieces that fit into one statement each. */
export function inParts<T>(values: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < values.length; from += VALUES_A_STATEMENT) {
    parts.push(values.slice(from, from + VALUES_A_STATEMENT));
  }
  return parts;
}

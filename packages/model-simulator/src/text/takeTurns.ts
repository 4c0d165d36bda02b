/** The first of every list, then the second of every list, and so on. */
export function takeTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(list => list.length));
  const turns: T[] = [];
  for (let position = 0; position < longest; position++) {
    for (const list of lists) {
      if (position < list.length) turns.push(list[position]);
    }
  }
  return turns;
}

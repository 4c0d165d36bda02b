/** The options of a choice, in the order of their labels by value. */
export function optionsOf<T extends string>(labels: Record<T, string>) {
  return Object.entries<string>(labels).map(([id, label]) => ({ id, label }));
}

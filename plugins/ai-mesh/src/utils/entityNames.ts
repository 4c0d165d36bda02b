/**
 * The name inside an entity reference, for people, where no title is known.
 *
 * @example nameOfRef('group:default/customer-care') // 'customer-care'
 */
export function nameOfRef(entityRef: string): string {
  return entityRef.slice(entityRef.lastIndexOf('/') + 1);
}

/** Titles by reference, to show one where only the reference is known. */
export function titlesByRef(
  items: readonly { ref: string; title: string }[],
): (entityRef: string) => string {
  const titles = new Map(items.map(item => [item.ref, item.title]));
  return entityRef => titles.get(entityRef) ?? nameOfRef(entityRef);
}

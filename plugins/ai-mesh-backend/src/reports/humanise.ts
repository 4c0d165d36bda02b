/**
 * The name in an entity reference, as people would write it.
 *
 * @example humanise('component:default/support-bot') // 'Support bot'
 */
export function humanise(entityRef: string): string {
  const name = entityRef
    .slice(entityRef.lastIndexOf('/') + 1)
    .replace(/[-_]+/g, ' ')
    .trim();
  return name.charAt(0).toUpperCase() + name.slice(1);
}

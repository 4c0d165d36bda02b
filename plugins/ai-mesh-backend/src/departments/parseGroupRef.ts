import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';

/**
 * Reads a reference to a Group out of an entity, such as its owner or its parent. Short forms are taken as
 * the catalog takes them: kind Group, namespace of the entity.
 *
 * @returns undefined when there is none, when it is malformed, or when it names no Group
 */
export function parseGroupRef(
  reference: unknown,
  entity: Entity,
): string | undefined {
  if (typeof reference !== 'string') return undefined;
  try {
    const parsed = parseEntityRef(reference, {
      defaultKind: 'Group',
      defaultNamespace: entity.metadata.namespace ?? 'default',
    });
    const ref = stringifyEntityRef(parsed);
    return ref.startsWith('group:') ? ref : undefined;
  } catch {
    return undefined; // one wrong line in the catalog must not hide all the others
  }
}

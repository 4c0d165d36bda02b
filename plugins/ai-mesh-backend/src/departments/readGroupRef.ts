import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';

/**
 * The entity reference, written in full, of a Group that somebody named in the configuration.
 *
 * @param setting - where it stands, such as `aiMesh.gpu.unallocatedTo`
 * @param text - a reference; its kind and the namespace `default` may be left out
 * @throws InputError that says which setting is wrong and what to write there
 */
export function readGroupRef(setting: string, text: string): string {
  const complaint = new InputError(
    `Cannot start ai-mesh: ${setting} is "${text}", expected a Group such as group:default/platform-engineering`,
  );
  let ref: string;
  try {
    ref = stringifyEntityRef(
      parseEntityRef(text, {
        defaultKind: 'group',
        defaultNamespace: 'default',
      }),
    );
  } catch {
    throw complaint;
  }
  if (!ref.startsWith('group:')) throw complaint;
  return ref;
}

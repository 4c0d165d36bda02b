import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** What the cost of GPUs takes from the configuration. */
export interface GpuConfig {
  /** The Group that pays for what nobody had. */
  unallocatedTo?: string;
}

const KEY = 'aiMesh.gpu.unallocatedTo';

/** @throws InputError that says which setting is wrong and what to write there */
export function readGpuConfig(config: Config): GpuConfig {
  const text = config.getOptionalString(KEY);
  return text === undefined ? {} : { unallocatedTo: readGroup(text) };
}

function readGroup(text: string): string {
  const complaint = new InputError(
    `Cannot start ai-mesh: ${KEY} is "${text}", expected a Group such as group:default/platform-engineering`,
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

import { Config } from '@backstage/config';
import { readGroupRef } from '../departments/readGroupRef';

/** What the cost of GPUs takes from the configuration. */
export interface GpuConfig {
  /** The Group that pays for what nobody had. */
  unallocatedTo?: string;
}

const KEY = 'aiMesh.gpu.unallocatedTo';

/** @throws InputError that says which setting is wrong and what to write there */
export function readGpuConfig(config: Config): GpuConfig {
  const text = config.getOptionalString(KEY);
  return text === undefined ? {} : { unallocatedTo: readGroupRef(KEY, text) };
}

import {
  GpuSplitMethod,
  gpuSplitMethodSchema,
  invariant,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The three ledgers; each has lines of its own, so that whoever reads the books can tell them apart. */
export const GPU_LEDGERS = ['used', 'idle', 'unallocated'] as const;

export type GpuLedger = (typeof GPU_LEDGERS)[number];

/** What a line of GPU time is a part of. */
export interface GpuTarget {
  pool: string;
  /** How the part was shared; absent for what nobody had. */
  method?: GpuSplitMethod;
  ledger: GpuLedger;
}

/**
 * The `targetId` of a line of GPU time. All that never changes of a part stands in it, so that a month that is closed
 * can be read from the ledger alone: the tables of this folder follow the price of today.
 *
 * @example gpuTargetIdOf({ pool: 'h100', method: 'mig', ledger: 'idle' }) // 'h100/mig/idle'
 */
export function gpuTargetIdOf({ pool, method, ledger }: GpuTarget): string {
  return method === undefined
    ? `${pool}/${ledger}`
    : `${pool}/${method}/${ledger}`;
}

/**
 * Reads what {@link gpuTargetIdOf} wrote; a pool may have slashes in its name.
 *
 * @throws Error when it is the target of something else
 */
export function readGpuTarget(targetId: string): GpuTarget {
  const parts = targetId.split('/');
  const ledger = GPU_LEDGERS.find(each => each === parts.at(-1));
  invariant(
    ledger !== undefined && parts.length > 1,
    'a line of GPU time whose target names no ledger',
  );
  if (ledger === 'unallocated') {
    return { pool: parts.slice(0, -1).join('/'), ledger };
  }
  const method = gpuSplitMethodSchema.safeParse(parts.at(-2));
  invariant(
    method.success && parts.length > 2,
    'a line of GPU time whose target names no method',
  );
  return { pool: parts.slice(0, -2).join('/'), method: method.data, ledger };
}

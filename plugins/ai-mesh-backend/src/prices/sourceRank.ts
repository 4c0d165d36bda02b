/** Where prices come from that the control plane itself knows. */
export const SOURCE_IDS = {
  bundled: 'bundled',
  file: 'file',
  upload: 'upload',
  configuration: 'configuration',
  contract: 'contract',
} as const;

const RANKS: Record<string, number> = {
  [SOURCE_IDS.bundled]: 0,
  // 1: the sources of modules
  [SOURCE_IDS.file]: 2,
  [SOURCE_IDS.upload]: 3,
  [SOURCE_IDS.configuration]: 4,
};
const MODULE_RANK = 1;

/**
 * Which source goes before which where both offer a price: the bundled table, then modules, files, what a
 * person uploaded, and the configuration.
 */
export function sourceRank(sourceId: string): number {
  return RANKS[sourceId] ?? MODULE_RANK;
}

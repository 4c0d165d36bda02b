/** What a caller lets the cache do for his request. */
export interface CacheControl {
  /** Whether a stored answer will do. */
  readonly mayFind: boolean;
  /** Whether the answer may be stored. */
  readonly mayPut: boolean;
}

const BOTH: CacheControl = { mayFind: true, mayPut: true };

/**
 * Reads the request header `cache-control`: `no-store` keeps the cache out of it, `no-cache` and `max-age=0` want a
 * new answer, which may be stored.
 */
export function readCacheControl(header: string | undefined): CacheControl {
  if (!header) return BOTH;
  const directives = header
    .toLowerCase()
    .split(',')
    .map(each => each.trim());
  if (directives.includes('no-store')) return { mayFind: false, mayPut: false };
  const wantsNew =
    directives.includes('no-cache') || directives.includes('max-age=0');
  return wantsNew ? { mayFind: false, mayPut: true } : BOTH;
}
